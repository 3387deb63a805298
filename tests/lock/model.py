#!/usr/bin/env python3
"""Explores every interleaving of a few threads on the stream lock (libbuf/lock.h), each processor with a store buffer
as x86 has it (total store order), and looks for two threads inside at once, threads that wait for ever, and levels
left over. Without arguments: a set of programs that must hold, and of broken locks in which a fault must be found.

usage: model.py [[--broken=barrier|wake|recheck|share] OPERATIONS ...]   e.g. model.py ENT EE
one word for each thread: E an entry, N a nested one, T ftrylockfile, R a function of libc's, H the same inside flockfile"""
import sys

TURNS, W = 2, 32
broken = ''


class Program:
    """A list of instructions, made by small macros that follow lock.h and lock.c."""

    def __init__(self, me, operations):
        self.me, self.id = me, 64 * (me + 1)
        self.code, self.labels, self.fresh = [], {}, 0
        for o in operations:
            getattr(self, 'do_' + o)()
        self.emit('end')

    def emit(self, *i):
        self.code.append(i)

    def label(self, name):
        self.labels[name] = len(self.code)

    def new(self, hint):
        self.fresh += 1
        return '%s%d' % (hint, self.fresh)

    # my_turn: r[reg] = bias - self
    def my_turn(self, reg):
        self.emit('load', reg, 'bias')
        self.emit('set', reg, lambda r, reg=reg, id=self.id: r[reg] - id)

    def count(self, change):
        """count_levels(&busy[r.turn], change)"""
        self.emit('load', 'n', ('busy', 'turn'))
        self.emit('store', ('busy', 'turn'), lambda r, c=change: r['n'] + (c(r) if callable(c) else c))

    def word_lock(self):
        again, done = self.new('wl'), self.new('wd')
        self.emit('cas', 'word', 0, 1, 'ok')
        self.emit('if', lambda r: r['ok'], done)
        self.label(again)
        self.emit('xchg', 'word', 2, 'old')
        self.emit('if', lambda r: r['old'] == 0, done)
        self.emit('wait', 'word', lambda r: 2)
        self.emit('jmp', again)
        self.label(done)

    def word_unlock(self):
        done = self.new('wu')
        self.emit('xchg', 'word', 0, 'old')
        self.emit('if', lambda r: r['old'] <= 1, done)
        self.emit('wake', 'word')
        self.label(done)

    def held_turn(self, reg='turn'):
        """r.turn = turn held by the bias, or TURNS"""
        no, done, ok = self.new('hn'), self.new('hd'), self.new('ho')
        self.my_turn(reg)
        self.emit('if', lambda r: 0 <= r[reg] < TURNS, ok)
        self.emit('set', reg, lambda r: r[reg] - W)
        self.emit('if', lambda r: not 0 <= r[reg] < TURNS, no)
        self.label(ok)
        self.emit('load', 'n', ('busy', reg))
        self.emit('if', lambda r: r['n'] != 0, done)
        self.label(no)
        self.emit('set', reg, lambda r: TURNS)
        self.label(done)

    def withdraw(self):
        """r.held; r.turn is the turn of the bias"""
        none, got, end = self.new('wn'), self.new('wg'), self.new('we')
        self.emit('load', 'b', 'bias')
        self.emit('set', 'turn', lambda r: r['b'] % W)
        self.emit('set', 'held', lambda r: 0)
        self.emit('if', lambda r: r['b'] == 0, end)
        self.emit('if', lambda r: r['b'] & W, got)
        self.emit('store', 'bias', lambda r: r['b'] | W)
        self.emit('if', lambda r, id=self.id: r['b'] == id + r['turn'], got)
        if broken != 'barrier':
            self.emit('barrier')
        self.label(got)
        self.emit('load', 'held', ('busy', 'turn'))
        self.emit('if', lambda r: r['held'] != 0, end)
        self.emit('store', 'bias', lambda r: 0)
        self.emit('load', 't', 'turns')
        self.emit('if', lambda r: r['t'] < TURNS, end)
        self.emit('store', 'plain', lambda r: 1)
        self.label(end)

    def take_word(self):
        again, done = self.new('ta'), self.new('td')
        self.label(again)
        self.word_lock()
        self.withdraw()
        self.emit('if', lambda r: r['held'] == 0, done)
        self.word_unlock()
        self.emit('wait', ('busy', 'turn'), lambda r: r['held'])
        self.emit('jmp', again)
        self.label(done)

    def hold_again(self, yes):
        word, no = self.new('hw'), self.new('hx')
        self.held_turn()
        self.emit('if', lambda r: r['turn'] == TURNS, word)
        self.count(1)
        self.emit('jmp', yes)
        self.label(word)
        self.emit('load', 'o', 'owner')
        self.emit('if', lambda r, id=self.id: r['o'] != id, no)
        self.emit('load', 'd', 'depth')
        self.emit('store', 'depth', lambda r: r['d'] + 1)
        self.emit('jmp', yes)
        self.label(no)

    def hold_first(self):
        word, done = self.new('fw'), self.new('fd')
        self.emit('load', 'p', 'plain')
        self.emit('if', lambda r: r['p'], word)
        self.emit('load', 'w', 'word')
        self.emit('if', lambda r: r['w'] != 1, word)
        self.emit('load', 'turn', 'turns')
        self.emit('store', 'turns', lambda r: r['turn'] + 1)
        if broken == 'share':
            self.emit('set', 'turn', lambda r: 0)
        self.emit('store', ('busy', 'turn'), lambda r: 1)
        self.emit('store', 'bias', lambda r, id=self.id: id + r['turn'])
        self.word_unlock()
        self.emit('jmp', done)
        self.label(word)
        self.emit('store', 'owner', lambda r, id=self.id: id)
        self.emit('load', 'd', 'depth')
        self.emit('store', 'depth', lambda r: r['d'] + 1)
        self.label(done)

    def hold_biased(self, yes):
        """falls through when there is no bias"""
        no = self.new('bn')
        self.my_turn('turn')
        self.emit('if', lambda r: not 0 <= r['turn'] < TURNS, no)
        self.count(1)
        if broken == 'recheck':
            self.emit('jmp', yes)
        self.my_turn('again')
        self.emit('if', lambda r: r['again'] == r['turn'], yes)
        self.emit('load', 'n', ('busy', 'turn'))  # buf__bias_lost
        self.emit('if', lambda r: r['n'] != 1, yes)
        self.count(-1)
        self.emit('wakeall', ('busy', 'turn'))
        self.label(no)

    def enter(self):
        done, slow = self.new('ed'), self.new('es')
        self.hold_biased(done)
        self.emit('load', 'p', 'plain')  # hold_plain
        self.emit('if', lambda r: not r['p'], slow)
        self.emit('load', 'o', 'owner')
        self.emit('if', lambda r, id=self.id: r['o'] == id, slow)
        self.word_lock()
        self.emit('store', 'owner', lambda r, id=self.id: id)
        self.emit('store', 'depth', lambda r: 1)
        self.emit('jmp', done)
        self.label(slow)  # buf__lock_slow
        again = self.new('ea')
        self.hold_again(done)
        self.emit('load', 'p', 'plain')
        self.emit('if', lambda r: not r['p'], again)
        self.word_lock()
        self.emit('store', 'owner', lambda r, id=self.id: id)
        self.emit('store', 'depth', lambda r: 1)
        self.emit('jmp', done)
        self.label(again)
        self.take_word()
        self.hold_first()
        self.label(done)

    def leave(self):
        unbiased, slow, word, give, done, wake = (self.new(n) for n in ('lu', 'ls', 'lw', 'lg', 'ld', 'lk'))
        self.my_turn('turn')
        self.emit('if', lambda r: not 0 <= r['turn'] < TURNS, unbiased)
        self.count(-1)
        self.my_turn('again')
        self.emit('if', lambda r: r['again'] == r['turn'], done)
        self.emit('jmp', wake)
        self.label(unbiased)
        self.emit('load', 'p', 'plain')
        self.emit('if', lambda r: r['p'], word)
        self.held_turn()
        self.emit('if', lambda r: r['turn'] == TURNS, word)
        self.count(-1)
        self.label(wake)
        self.emit('load', 'n', ('busy', 'turn'))
        self.emit('if', lambda r: r['n'] != 0, done)
        if broken != 'wake':
            self.emit('wakeall', ('busy', 'turn'))
        self.emit('jmp', done)
        self.label(word)
        self.emit('load', 'd', 'depth')
        self.emit('if', lambda r: r['d'] == 1, give)
        self.emit('store', 'depth', lambda r: r['d'] - 1)
        self.emit('jmp', done)
        self.label(give)
        self.emit('store', 'owner', lambda r: 0)
        self.emit('store', 'depth', lambda r: 0)
        self.word_unlock()
        self.label(done)

    def trylock(self, failed):
        done, release, slow = self.new('tr'), self.new('tl'), self.new('ts')
        self.hold_biased(done)
        self.hold_again(done)
        self.emit('cas', 'word', 0, 1, 'ok')
        self.emit('if', lambda r: not r['ok'], failed)
        self.withdraw()
        self.emit('if', lambda r: r['held'] != 0, release)
        self.hold_first()
        self.emit('jmp', done)
        self.label(release)
        self.word_unlock()
        self.emit('jmp', failed)
        self.label(done)

    def revoke(self):
        done, other, word = self.new('rd'), self.new('ro'), self.new('rw')
        self.emit('load', 'p', 'plain')
        self.emit('if', lambda r: r['p'], done)
        self.held_turn('mine')
        self.emit('if', lambda r: r['mine'] == TURNS, other)
        self.word_lock()
        self.emit('load', 'n', ('busy', 'mine'))
        self.emit('store', 'depth', lambda r: r['n'])
        self.emit('store', 'owner', lambda r, id=self.id: id)
        self.emit('store', 'plain', lambda r: 1)
        self.emit('store', 'bias', lambda r: 0)
        self.emit('store', ('busy', 'mine'), lambda r: 0)
        self.emit('wakeall', ('busy', 'mine'))
        self.emit('jmp', done)
        self.label(other)
        self.emit('load', 'o', 'owner')
        self.emit('if', lambda r, id=self.id: r['o'] == id, word)
        self.take_word()
        self.emit('store', 'plain', lambda r: 1)
        self.word_unlock()
        self.emit('jmp', done)
        self.label(word)
        self.emit('store', 'plain', lambda r: 1)
        self.label(done)

    def libc_lock(self):
        same = self.new('cs')
        self.emit('load', 'o', 'owner')
        self.emit('if', lambda r, id=self.id: r['o'] == id, same)
        self.word_lock()
        self.emit('store', 'owner', lambda r, id=self.id: id)
        self.label(same)
        self.emit('load', 'd', 'depth')
        self.emit('store', 'depth', lambda r: r['d'] + 1)

    def libc_unlock(self):
        done = self.new('cu')
        self.emit('load', 'd', 'depth')
        self.emit('store', 'depth', lambda r: r['d'] - 1)
        self.emit('if', lambda r: r['d'] != 1, done)
        self.emit('store', 'owner', lambda r: 0)
        self.word_unlock()
        self.label(done)

    def do_E(self):  # an entry
        self.enter()
        self.emit('in')
        self.emit('out')
        self.leave()

    def do_N(self):  # nested
        self.enter()
        self.emit('in')
        self.enter()
        self.leave()
        self.emit('out')
        self.leave()

    def do_T(self):  # ftrylockfile
        failed = self.new('Tf')
        self.trylock(failed)
        self.emit('in')
        self.emit('out')
        self.leave()
        self.label(failed)

    def do_R(self):  # a wrapper around a libc function
        self.revoke()
        self.enter()
        self.libc_lock()
        self.emit('in')
        self.emit('out')
        self.libc_unlock()
        self.leave()

    def do_H(self):  # the same inside a flockfile
        self.enter()
        self.emit('in')
        self.do_R_inside()
        self.emit('out')
        self.leave()

    def do_R_inside(self):
        self.revoke()
        self.enter()
        self.libc_lock()
        self.libc_unlock()
        self.leave()


NAMES = ['word', 'owner', 'depth', 'bias', 'plain', 'turns'] + [('busy', i) for i in range(TURNS)]
INDEX = {n: i for i, n in enumerate(NAMES)}


def explore(programs):
    # thread: (pc, registers as sorted tuple, buffer, sleeping on or None)
    start = (tuple([0] * len(NAMES)), None, tuple((0, (), (), None) for _ in programs))
    seen, stack = {start}, [start]

    def where(var, r):
        return INDEX[var if not isinstance(var, tuple) else ('busy', r[var[1]])]

    while stack:
        state = stack.pop()
        memory, inside, threads = state
        followers = []
        for i, (pc, regs, buffer, asleep) in enumerate(threads):
            p = programs[i]

            def put(memory_, inside_, thread, others=None):
                t = list(others or threads)
                t[i] = thread
                followers.append((memory_, inside_, tuple(t)))

            if buffer:  # the oldest store shows
                where_, value = buffer[0]
                m = list(memory)
                m[where_] = value
                put(tuple(m), inside, (pc, regs, buffer[1:], asleep))
            if asleep is not None:
                continue
            op = p.code[pc]
            if op[0] == 'end':
                continue
            r = dict(regs)

            def settle(pc_, r_):
                """Runs what is local; a thread that ends forgets its registers."""
                while True:
                    o = p.code[pc_]
                    if o[0] == 'set':
                        r_[o[1]] = o[2](r_)
                        pc_ += 1
                    elif o[0] == 'jmp':
                        pc_ = p.labels[o[1]]
                    elif o[0] == 'if':
                        pc_ = p.labels[o[2]] if o[1](r_) else pc_ + 1
                    else:
                        break
                if o[0] in ('end', 'in', 'out'):
                    r_ = {}
                return pc_, tuple(sorted(r_.items()))

            def read(index):
                for w, v in reversed(buffer):
                    if w == index:
                        return v
                return memory[index]

            if op[0] in ('set', 'jmp', 'if'):
                put(memory, inside, settle(pc, r) + (buffer, None))
            elif op[0] == 'load':
                r[op[1]] = read(where(op[2], r))
                put(memory, inside, settle(pc + 1, r) + (buffer, None))
            elif op[0] == 'store':
                put(memory, inside, settle(pc + 1, r) + (buffer + ((where(op[1], r), op[2](r)),), None))
            elif op[0] == 'in':
                if inside is not None:
                    return 'two threads inside (%d states)' % len(seen)
                put(memory, i, settle(pc + 1, r) + (buffer, None))
            elif op[0] == 'out':
                if inside != i:
                    return 'another went in'
                put(memory, None, settle(pc + 1, r) + (buffer, None))
            elif op[0] == 'barrier':
                if all(not t[2] for t in threads):
                    put(memory, inside, settle(pc + 1, r) + (buffer, None))
            elif buffer:
                continue  # what follows is locked, or a system call: the buffer empties first
            elif op[0] == 'cas':
                at = INDEX[op[1]]
                r[op[4]] = memory[at] == op[2]
                m = list(memory)
                if r[op[4]]:
                    m[at] = op[3]
                put(tuple(m), inside, settle(pc + 1, r) + (buffer, None))
            elif op[0] == 'xchg':
                at = INDEX[op[1]]
                r[op[3]] = memory[at]
                m = list(memory)
                m[at] = op[2]
                put(tuple(m), inside, settle(pc + 1, r) + (buffer, None))
            elif op[0] == 'wait':
                at = where(op[1], r)
                if memory[at] == op[2](r):
                    put(memory, inside, (pc, regs, buffer, at))
                else:
                    put(memory, inside, settle(pc + 1, r) + (buffer, None))
            elif op[0] in ('wake', 'wakeall'):
                at = where(op[1], r)
                waiting = [k for k, t in enumerate(threads) if t[3] == at]
                me = settle(pc + 1, r) + (buffer, None)
                if not waiting:
                    put(memory, inside, me)
                for k in ([None] if op[0] == 'wakeall' else waiting) if waiting else []:
                    t = list(threads)
                    for w in (waiting if k is None else [k]):
                        # woken: goes on behind its wait
                        tpc, tregs, tbuf, _ = t[w]
                        t[w] = (tpc + 1, tregs, tbuf, None)
                    t[i] = me
                    followers.append((memory, inside, tuple(t)))
            else:
                raise Exception(op)
        if not followers:
            if any(programs[i].code[t[0]][0] != 'end' for i, t in enumerate(threads)):
                return 'threads wait for ever (%d states)' % len(seen)
            left = dict(zip(NAMES, memory))
            if left['word'] or left['owner'] or left['depth'] or any(left[('busy', k)] for k in range(TURNS)):
                return 'something is left over'
            continue
        for f in followers:
            if f not in seen:
                seen.add(f)
                stack.append(f)
        if len(seen) > 6000000:
            return 'too many states'
    return None


HOLD = ['EE EE', 'ET EN', 'NT E', 'ER EE', 'EH EE', 'R H', 'R R E', 'T E']
FAULTS = {'barrier': 'EE E', 'recheck': 'EE E', 'wake': 'EE E', 'share': 'EEE EE'}


def run(programs):
    """None, or what is wrong."""
    return explore([Program(i, o) for i, o in enumerate(programs.split())])


def main(arguments):
    global broken
    if arguments:
        if arguments[0].startswith('--broken='):
            broken = arguments.pop(0)[9:]
        result = run(' '.join(arguments))
        print('WRONG: ' + result if result else 'ok')
        return bool(result)
    failed = 0
    for programs in HOLD:
        result = run(programs)
        print('%-12s %s' % (programs, result or 'holds'), flush=True)
        failed += bool(result)
    for broken, programs in FAULTS.items():
        result = run(programs)
        print('%-12s broken: %-8s %s' % (programs, broken, result or 'NO FAULT FOUND'), flush=True)
        failed += not result
    return failed


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
