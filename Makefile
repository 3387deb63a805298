# Builds libbuf and its tools under build/; nothing outside build/ is written but by install.

VERSION   = 0.1.0
PREFIX    = /usr/local
DESTDIR   =
LIBDIR    = $(PREFIX)/lib
BINDIR    = $(PREFIX)/bin
INCDIR    = $(PREFIX)/include
MANDIR    = $(PREFIX)/share/man

CC        = gcc
CFLAGS    = -O2 -g
WARN      = -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla
BASE      = -std=gnu17 -D_GNU_SOURCE $(WARN) -MMD -MP -DBUF_VERSION='"$(VERSION)"'
B         = build

# The library defines stdio's own functions: no built-in knowledge of them, no fortified or inline copies from the headers.
# Functions begin cache lines: where a loop happens to lie moved fgetws and fscanf by a quarter from one build to the next.
LIBFLAGS  = $(BASE) -fPIC -fvisibility=hidden -fno-exceptions -fasynchronous-unwind-tables -fno-delete-null-pointer-checks \
            -falign-functions=64 -U_FORTIFY_SOURCE -D__NO_INLINE__ -Iinclude -Ilibbuf $(CFLAGS)

LIBSRC    = $(sort $(wildcard libbuf/*.c libbuf/*/*.c))
LIBOBJ    = $(LIBSRC:libbuf/%.c=$(B)/obj/%.o)
AROBJ     = $(LIBSRC:libbuf/%.c=$(B)/arobj/%.o)

all: $(B)/libbuf.so $(B)/libbuf.a $(B)/libbufcount.so $(B)/bufrun $(B)/bufcount $(B)/man/libbuf-options.7

$(B)/obj/%.o: libbuf/%.c | Makefile
	@mkdir -p $(@D)
	$(CC) $(LIBFLAGS) -c -o $@ $<

$(B)/arobj/%.o: libbuf/%.c | Makefile
	@mkdir -p $(@D)
	$(CC) $(LIBFLAGS) -DBUF_ARCHIVE -c -o $@ $<

$(B)/libbuf.so.0: $(LIBOBJ)
	$(CC) -shared -Wl,-soname,libbuf.so.0 -Wl,-z,initfirst -Wl,-z,nodelete -Wl,-z,defs -Wl,-z,relro,-z,now \
	    $(CFLAGS) $(LDFLAGS) -o $@.new $(LIBOBJ)
	mv $@.new $@

# The same library asserting its invariants after every call.
$(B)/checked/libbuf.so: $(LIBSRC) $(wildcard libbuf/*.h libbuf/*/*.h) Makefile
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(LIBFLAGS)) -DBUF_CHECK -shared -Wl,-soname,libbuf.so.0 -Wl,-z,initfirst -Wl,-z,nodelete -o $@ $(LIBSRC)

$(B)/libbuf.so: $(B)/libbuf.so.0
	ln -sf libbuf.so.0 $@

# One relocatable object, internal names made local: a program gets the whole of stdio from it or nothing. Weak, so that a program may
# define one of the names itself, as it may with libc.
$(B)/libbuf.a: $(AROBJ)
	$(LD) -r -o $(B)/libbuf.o $(AROBJ)
	objcopy --localize-hidden --weaken $(B)/libbuf.o
	rm -f $@
	$(AR) rcs $@ $(B)/libbuf.o

# Without relro: the mprotect that the loader would make for it would be counted as the program's.
$(B)/libbufcount.so: $(wildcard preload/shim/*.[ch]) Makefile
	@mkdir -p $(@D)
	$(CC) $(BASE) -fPIC -fvisibility=hidden -U_FORTIFY_SOURCE -Ipreload $(CFLAGS) -shared \
	    -Wl,-soname,libbufcount.so -Wl,-z,nodelete -Wl,-z,defs -Wl,-z,norelro,-z,now \
	    -MF $(B)/libbufcount.d -o $@ $(sort $(wildcard preload/shim/*.c))

PROGFLAGS = $(BASE) -Iinclude -Ipreload -Ilibbuf -DBUF_LIBDIR='"$(LIBDIR)"' $(CFLAGS)

$(B)/bufrun: $(wildcard preload/bufrun*.[ch] preload/common*.[ch]) libbuf/names.h Makefile
	@mkdir -p $(@D)
	$(CC) $(PROGFLAGS) -MF $(B)/bufrun.d -o $@ $(sort $(wildcard preload/bufrun*.c preload/common*.c))

$(B)/bufcount: $(wildcard preload/bufcount*.[ch] preload/common*.[ch]) $(wildcard preload/shim/*.h) Makefile
	@mkdir -p $(@D)
	$(CC) $(PROGFLAGS) -MF $(B)/bufcount.d -o $@ $(sort $(wildcard preload/bufcount*.c preload/common*.c)) -lm

# The page of the options, from the table that the parser uses.
$(B)/man/libbuf-options.7: docs/man/options.c docs/man/libbuf-options.7.in libbuf/options_table.h Makefile
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(BASE)) -Ilibbuf $(CFLAGS) -o $(B)/man/options docs/man/options.c
	$(B)/man/options < docs/man/libbuf-options.7.in > $@.new
	mv $@.new $@

# What `make demo` runs: plain programs, gcc and make only.
DEMOSRC   = $(wildcard bench/demo_*.c)
DEMO      = $(DEMOSRC:bench/%.c=$(B)/bench/%)

$(B)/bench/%: bench/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(BASE) $(CFLAGS) -pthread -MF $(B)/bench/$*.d -o $@ $<

demo: all $(DEMO)
	@DEMO_MB=$(or $(DEMO_MB),16) bench/demo.sh

# Tests: programs that know nothing of libbuf, each built on libc, linked with libbuf.so and with libbuf.a; Criterion suites that run them.
TESTPROG  = $(basename $(notdir $(wildcard tests/programs/*.c)))
TESTFLAGS = -std=gnu17 -D_GNU_SOURCE $(WARN) -O1 -g -pthread -MMD -MP
SUITES    = $(sort $(wildcard tests/suite_*.c)) $(wildcard tests/driver*.c)

$(B)/tests/libc/%: tests/programs/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(TESTFLAGS) -o $@ $< -ldl

$(B)/tests/so/%: tests/programs/%.c Makefile $(B)/libbuf.so
	@mkdir -p $(@D)
	$(CC) $(TESTFLAGS) -o $@ $< -ldl -L$(B) -Wl,--no-as-needed -lbuf -Wl,--as-needed -Wl,-rpath,'$$ORIGIN/../..'

$(B)/tests/a/%: tests/programs/%.c Makefile $(B)/libbuf.a
	@mkdir -p $(@D)
	$(CC) $(TESTFLAGS) -o $@ $< $(B)/libbuf.a -ldl

$(B)/tests/check: $(SUITES) $(wildcard tests/*.h) $(wildcard preload/shim/*.h) libbuf/names.h Makefile
	@mkdir -p $(@D)
	$(CC) $(TESTFLAGS) -Ilibbuf -Ipreload -Itests -MF $(B)/tests/check.d -o $@ $(SUITES) -lcriterion -lm -ldl

# bufcount's reports of a made-up tally.
COUNTREPORT = $(filter-out preload/bufcount.c,$(wildcard preload/bufcount*.c)) $(wildcard preload/common*.c)

$(B)/tests/count/report: tests/count/report.c $(COUNTREPORT) $(wildcard preload/bufcount*.h preload/common*.h preload/shim/*.h) Makefile
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(PROGFLAGS)) -o $@ $< $(sort $(COUNTREPORT)) -lm

# Not optimised away, and no other call put in its place.
$(B)/tests/hot/%: tests/hot/%.c Makefile $(B)/libbuf.so
	@mkdir -p $(@D)
	$(CC) $(TESTFLAGS) -Wno-unused-result -O2 -fno-builtin -o $@ $< -L$(B) -Wl,--no-as-needed -lbuf -Wl,-rpath,'$$ORIGIN/../..'

programs: $(foreach way,libc so a,$(TESTPROG:%=$(B)/tests/$(way)/%)) $(B)/tests/count/report

# Runs a program counted and writes the tally's stdio rows and files as words.
TALLYSRC  = $(filter-out preload/bufcount.c,$(wildcard preload/bufcount*.c)) $(wildcard preload/common*.c)

$(B)/tests/count/tally: tests/count/tally.c $(TALLYSRC) $(wildcard preload/*.h preload/shim/*.h) Makefile
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(PROGFLAGS)) -o $@ $< $(sort $(TALLYSRC)) -lm

programs: $(B)/tests/count/tally

check: all tests-installed
	+$(MAKE) programs $(B)/tests/check $(B)/checked/libbuf.so $(B)/tests/hot/calls engines $(B)/bench/transfer $(B)/bench/layers
	$(B)/tests/check --jobs 2 --timeout 300
	tests/compat.sh
	tests/invariants.sh
	tests/hot.sh
	$(B)/tests/coalesce/plan
	$(B)/tests/scan/cases
	$(B)/tests/scan/fuzz --cases 20000
	$(B)/tests/print/print_expect
	$(B)/tests/print/print_fuzz --count 100000
	tests/fuzz/run.sh --rounds 200 --seed 1 --no-table
	tests/programs.sh
	tests/observed.sh memcheck
	tests/bench.sh

# Each invariant of docs/design.md broken in turn: the tests named in tests/broken/*.patch must notice.
check-broken: all tests-installed
	+$(MAKE) programs $(B)/tests/check
	CC='$(CC)' CFLAGS='$(CFLAGS)' tests/broken.sh

# The engines of printf and scanf against libc's, alone: written expectations, and random formats, values and inputs.
ENGINE    = $(BASE) -Ilibbuf -Ilibbuf/print -Ilibbuf/scan -fno-builtin -frounding-math -Wno-format
SCANENG   = $(wildcard libbuf/scan/*.c)
SCANFUZZ  = $(addprefix tests/scan/,fuzz.c generate.c sides.c blocks.c)
PRINTENG  = $(filter-out libbuf/print/print_descriptor.c,$(wildcard libbuf/print/*.c)) libbuf/libc.c libbuf/sys.c libbuf/print/print_descriptor.c
ENGHDR    = $(wildcard libbuf/*.h libbuf/*/*.h tests/scan/*.h) Makefile
SANITIZE  = -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined

$(B)/tests/scan/fuzz $(B)/asan/scan_fuzz: $(SCANFUZZ) $(SCANENG) $(ENGHDR)
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(ENGINE)) $(if $(findstring asan,$@),$(SANITIZE),-O2) -g -o $@ $(SCANFUZZ) $(SCANENG) -lm

$(B)/tests/scan/% $(B)/asan/scan_%: tests/scan/%.c $(SCANENG) $(ENGHDR)
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(ENGINE)) $(if $(findstring asan,$@),$(SANITIZE),-O2) -g -o $@ $< $(SCANENG) -lm

$(B)/tests/print/% $(B)/asan/%: tests/print/%.c $(PRINTENG) $(ENGHDR)
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(ENGINE)) $(if $(findstring asan,$@),$(SANITIZE),-O2) -g -o $@ $< $(PRINTENG) -lm -ldl

COALESCE  = libbuf/dirty.c libbuf/coalesce_plan.c

$(B)/tests/coalesce/% $(B)/asan/coalesce_%: tests/coalesce/%.c $(COALESCE) $(ENGHDR)
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(ENGINE)) $(if $(findstring asan,$@),$(SANITIZE),-O2) -g -o $@ $< $(COALESCE)

engines: $(addprefix $(B)/tests/,coalesce/plan scan/cases scan/floats scan/fuzz print/print_expect print/print_fuzz)

# Minutes of random calls, formats, values and inputs; each prints its seed.
fuzz: all engines
	tests/fuzz/run.sh --seconds 120
	$(B)/tests/scan/floats
	$(B)/tests/scan/fuzz --cases 1000000
	$(B)/tests/print/print_fuzz --count 2000000
	$(B)/tests/coalesce/plan --cases 1000000

# Every interleaving of a few threads on the stream lock, by a model of it (a minute).
model:
	tests/lock/model.py

# The whole library with these sanitizers, linked into the test programs: its names win over the sanitizer's wrappers of stdio.
ASANOBJ   = $(LIBSRC:libbuf/%.c=$(B)/asan/obj/%.o)

$(B)/asan/obj/%.o: libbuf/%.c | Makefile
	@mkdir -p $(@D)
	$(CC) $(LIBFLAGS) $(SANITIZE) -DBUF_ARCHIVE -c -o $@ $<

$(B)/asan/libbuf.o: $(ASANOBJ)
	$(LD) -r -o $@ $(ASANOBJ)
	objcopy --localize-hidden --weaken $@

$(B)/asan/programs/%: tests/programs/%.c $(B)/asan/libbuf.o
	@mkdir -p $(@D)
	$(CC) $(TESTFLAGS) $(SANITIZE) -Wno-format-truncation -o $@ $< $(B)/asan/libbuf.o -ldl

# The library ending the program by a trap at undefined behaviour, and saying which invariant is broken: for programs that know nothing of it.
$(B)/trapping/libbuf.so: $(LIBSRC) $(wildcard libbuf/*.h libbuf/*/*.h) $(B)/bufrun Makefile
	@mkdir -p $(@D)
	ln -sf ../bufrun $(@D)
	$(CC) $(filter-out -MMD -MP,$(LIBFLAGS)) -fsanitize=undefined -fsanitize-undefined-trap-on-error -DBUF_CHECK -shared -Wl,-soname,libbuf.so.0 -Wl,-z,initfirst -Wl,-z,nodelete -o $@ $(LIBSRC)

# The engines alone, then the library, under the address and undefined-behaviour sanitizers.
check-asan: $(addprefix $(B)/asan/,coalesce_plan scan_fuzz scan_cases print_expect print_fuzz) $(addprefix $(B)/asan/programs/,$(filter-out count_% run_%,$(TESTPROG))) \
            $(B)/trapping/libbuf.so
	$(B)/asan/coalesce_plan
	$(B)/asan/scan_cases
	$(B)/asan/scan_fuzz --cases 100000
	$(B)/asan/print_expect
	$(B)/asan/print_fuzz --count 100000
	tests/observed.sh sanitizers
	tests/fuzz/run.sh --sanitized --rounds 500 --seed 1 --no-table
	tests/fuzz/run.sh --library $(B)/trapping/libbuf.so --rounds 100 --seed 1 --no-table
	TEST_BUILD=$(B)/trapping tests/programs.sh

# What the tests need beyond gcc and make, by Debian's names.
tests-installed:
	@tests/install.sh

# The write-size suite: the same work on system calls, libc, musl and libbuf, in turns; build/bench/report.html. BENCH_DIR
# names a directory on the file system to be measured, BENCH passes options (--minutes N, --sections NAME,...; --help).
MUSLGCC   = musl-gcc
BENCH_DIR =
BENCH_RUN = BENCH_DIR="$(BENCH_DIR)" python3 -B bench/suite

bench: bench-built
	$(BENCH_RUN) $(BENCH)

# The same with a tenth of the bytes, in less than two minutes.
bench-quick: bench-built
	$(BENCH_RUN) --quick $(BENCH)

# docs/bench.md and its charts again, from the results of the last run.
bench-document:
	$(BENCH_RUN) --report-only --document docs

# What the suite needs beyond gcc and make, by Debian's names; then what it measures with.
bench-built: all
	@bench/install.sh
	+@$(MAKE) $(B)/bench/transfer $(B)/bench/layers $(B)/bench/calls $$(command -v $(MUSLGCC) >/dev/null && echo $(B)/bench/transfer-musl)

$(B)/bench/transfer-musl: bench/transfer.c Makefile
	@mkdir -p $(@D)
	$(MUSLGCC) $(BASE) $(CFLAGS) -static -MF $(B)/bench/transfer-musl.d -o $@ $<

# The cost of each call beside libc's, in turns; BENCH_CALLS passes options (--quick, --rows PATTERN, --tsv FILE).
# direct,async beside fio with io_uring; fails below what it promises.
bench-async: all $(B)/bench/async
	bench/async.sh $(BENCH_DIR)

bench-calls: all $(B)/bench/calls
	bench/calls.sh $(BENCH_CALLS)

# What bufcount adds to a system call, beside strace, perf trace and dispatch alone, in turns; COUNT_COST passes options
# (--turns N, --document writes the table into docs/bufcount.md).
bench-count: all $(B)/bench/count_cost
	python3 -B bench/count_cost.py $(COUNT_COST)

install: all
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCDIR) $(DESTDIR)$(BINDIR) $(addprefix $(DESTDIR)$(MANDIR)/man,1 3 7)
	install -m 755 $(B)/libbuf.so.0 $(B)/libbufcount.so $(DESTDIR)$(LIBDIR)
	ln -sf libbuf.so.0 $(DESTDIR)$(LIBDIR)/libbuf.so
	install -m 644 $(B)/libbuf.a $(DESTDIR)$(LIBDIR)
	install -m 644 include/libbuf.h $(DESTDIR)$(INCDIR)
	install -m 755 $(B)/bufrun $(B)/bufcount $(DESTDIR)$(BINDIR)
	install -m 644 docs/man/*.1 $(DESTDIR)$(MANDIR)/man1
	install -m 644 docs/man/*.3 $(DESTDIR)$(MANDIR)/man3
	install -m 644 $(B)/man/*.7 $(DESTDIR)$(MANDIR)/man7
	echo '.so man3/buf_fopen.3' > $(DESTDIR)$(MANDIR)/man3/buf_configure.3
	sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCDIR@|$(INCDIR)|; s|@VERSION@|$(VERSION)|' libbuf/libbuf.pc.in \
	    > $(DESTDIR)$(LIBDIR)/pkgconfig/libbuf.pc

clean:
	rm -rf $(B)

-include $(LIBOBJ:.o=.d) $(AROBJ:.o=.d) $(ASANOBJ:.o=.d) $(wildcard $(B)/*.d $(B)/asan/programs/*.d $(B)/tests/*.d $(B)/tests/*/*.d $(B)/bench/*.d)

.PHONY: all demo check check-broken engines fuzz model check-asan programs tests-installed bench bench-quick bench-document bench-built bench-calls bench-async install clean bench-count
