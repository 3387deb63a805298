/* The names of libbuf/names.h that no other suite calls: each program runs on libc, linked with either
   library and preloaded, and its own expectations decide. A libc without the C23 names says so in a line of
   its own: stdout is not compared. */
#include "driver.h"
#include <criterion/criterion.h>

Test(names, printf_and_scanf_of_memory_by_every_name) {
    passes_everywhere(&(struct program){"names_memory", .differs = true});
}

Test(names, scanf_wide_printf_and_tables_by_every_name) {
    passes_everywhere(&(struct program){"names_stream", .reads = 5000000, .writes = 350000, .differs = true});
}

Test(names, messages_and_printf_handlers_by_every_name) {
    passes_everywhere(&(struct program){"names_messages", .reads = 150, .writes = 3500000});
}
