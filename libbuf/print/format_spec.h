/* Reads one conversion specification, written once for both kinds of format: included by format_run.h with
   LETTER char or wchar_t. Strictly, as glibc's walk in order does, or tolerantly, as its walk by position
   does. */

/* What reading one conversion came to. */
enum reading { READ_DONE, READ_OVERFLOW, READ_INVALID, READ_POSITIONS };

static inline bool is_digit(LETTER c) {
    return c >= '0' && c <= '9';
}

/* The number at *at, which moves behind it; -1 when it passes INT_MAX. */
static int read_number(const LETTER **at) {
    int64_t number = 0;
    for (; is_digit(**at); ++*at)
        if (number <= INT_MAX)
            number = number * 10 + (**at - '0');
    return number <= INT_MAX ? (int)number : -1;
}

static inline unsigned flag_of(LETTER c) {
    static const unsigned char flags['0' - ' ' + 1] = {[0] = FLAG_SPACE,          ['#' - ' '] = FLAG_ALT,
                                                       ['\'' - ' '] = FLAG_GROUP, ['+' - ' '] = FLAG_PLUS,
                                                       ['-' - ' '] = FLAG_LEFT,   ['0' - ' '] = FLAG_ZERO};
    unsigned place = LETTER_CODE(c) - ' ';
    return place < sizeof flags ? flags[place] : c == 'I' ? FLAG_LOCAL : 0;
}

/* What a conversion letter takes. */
enum family {
    FAMILY_NONE,
    FAMILY_INTEGER,
    FAMILY_REAL,
    FAMILY_CHARACTER,
    FAMILY_POINTER,
    FAMILY_COUNT,
    FAMILY_PLAIN,
    FAMILY_ERROR
};

static inline enum family family_of(unsigned letter) {
    static const unsigned char families[128] = {
        ['d'] = FAMILY_INTEGER,   ['i'] = FAMILY_INTEGER,   ['o'] = FAMILY_INTEGER, ['u'] = FAMILY_INTEGER,
        ['x'] = FAMILY_INTEGER,   ['X'] = FAMILY_INTEGER,   ['b'] = FAMILY_INTEGER, ['B'] = FAMILY_INTEGER,
        ['a'] = FAMILY_REAL,      ['A'] = FAMILY_REAL,      ['e'] = FAMILY_REAL,    ['E'] = FAMILY_REAL,
        ['f'] = FAMILY_REAL,      ['F'] = FAMILY_REAL,      ['g'] = FAMILY_REAL,    ['G'] = FAMILY_REAL,
        ['c'] = FAMILY_CHARACTER, ['C'] = FAMILY_CHARACTER, ['s'] = FAMILY_POINTER, ['S'] = FAMILY_POINTER,
        ['p'] = FAMILY_POINTER,   ['n'] = FAMILY_COUNT,     ['%'] = FAMILY_PLAIN,   ['m'] = FAMILY_ERROR};
    return letter < sizeof families ? families[letter] : FAMILY_NONE;
}

/* C23's wN and wfN before an integer conversion (glibc 2.38 has them); *at is the w. All else that begins
   with a w stays what it is for glibc 2.36: no conversion. */
static void read_bits(const LETTER **at, unsigned *size) {
    const LETTER *f = *at + 1;
    bool fast = *f == 'f';
    f += fast;
    int bits = is_digit(*f) ? read_number(&f) : 0;
    enum family family = family_of(LETTER_CODE(*f));
    if ((bits != 8 && bits != 16 && bits != 32 && bits != 64) ||
        (family != FAMILY_INTEGER && family != FAMILY_COUNT))
        return;
    *at = f;
    if (bits == 8)
        *size = SIZE_CHAR;
    else if (bits == 64 || fast)
        *size = SIZE_LONG;
    else
        *size = bits == 16 ? SIZE_SHORT : 0;
}

static inline void read_size(const LETTER **at, struct spec *spec, bool by_position) {
    const LETTER *f = *at;
    spec->size = 0;
    switch (*f) {
    case 'h':
        spec->size = *++f == 'h' ? (f++, SIZE_CHAR) : SIZE_SHORT;
        break;
    case 'l':
        spec->size = *++f == 'l' ? (f++, SIZE_LONG | SIZE_LONG_DOUBLE) : SIZE_LONG;
        break;
    case 'L':
    case 'q':
        f++;
        spec->size = by_position ? SIZE_LONG_DOUBLE : SIZE_LONG | SIZE_LONG_DOUBLE;
        break;
    case 'z':
    case 'Z':
    case 't':
    case 'j':
        f++;
        spec->size = SIZE_LONG;
        break;
    case 'w':
        read_bits(&f, &spec->size);
        break;
    default:
        break;
    }
    *at = f;
}

/* Whether glibc's strict walk knows the conversion; after a single h it takes integers only. */
static inline bool is_known(const struct spec *spec) {
    enum family family = family_of(spec->conversion);
    if (spec->size == SIZE_SHORT)
        return family == FAMILY_INTEGER || family == FAMILY_COUNT || family == FAMILY_PLAIN;
    return family != FAMILY_NONE;
}

/* An argument behind a '*', whose place is *at: its position, or the next one. */
static bool read_star(const LETTER **at, int *from, bool by_position, enum reading *reading) {
    const LETTER *f = *at;
    *from = ARGUMENT_NEXT;
    if (!is_digit(*f))
        return true;
    int position = read_number(&f);
    if (!by_position) {
        *reading = position < 0 ? READ_OVERFLOW : READ_POSITIONS;
        return position == 0 || (position > 0 && *f != '$');
    }
    if (position > 0 && *f == '$') {
        *at = f + 1;
        *from = position - 1;
    }
    return true;
}

/* Reads the conversion that begins behind a '%'; *at moves behind it. */
static enum reading read_spec(const LETTER **at, struct spec *spec, bool by_position) {
    const LETTER *f = *at;
    enum reading reading = READ_DONE;
    spec->flags = 0;
    spec->width = 0;
    spec->precision = -1;
    spec->width_from = spec->precision_from = ARGUMENT_NONE;
    spec->value_from = ARGUMENT_NEXT;
    if (by_position && is_digit(*f)) {
        const LETTER *start = f;
        int position = read_number(&f);
        if (position != 0 && *f == '$') {
            f++;
            if (position > 0)
                spec->value_from = position - 1;
        } else {
            f = start;
        }
    }
    for (unsigned flag; (flag = flag_of(*f)); f++)
        spec->flags |= flag;
    if (spec->flags & FLAG_LEFT)
        spec->flags &= ~(unsigned)FLAG_ZERO;
    if (*f == '*') {
        f++;
        if (!read_star(&f, &spec->width_from, by_position, &reading))
            return reading;
    } else if (is_digit(*f)) {
        spec->width = read_number(&f);
        if (!by_position && spec->width < 0)
            return READ_OVERFLOW;
        if (!by_position && *f == '$')
            return READ_POSITIONS;
        if (spec->width < 0)
            spec->width = 0; /* the tolerant walk of glibc forgets it */
    }
    if (*f == '.') {
        f++;
        spec->precision = 0;
        if (*f == '*') {
            f++;
            if (!read_star(&f, &spec->precision_from, by_position, &reading))
                return reading;
        } else if (is_digit(*f)) {
            spec->precision = read_number(&f);
            if (!by_position && spec->precision < 0)
                return READ_OVERFLOW;
        }
    }
    read_size(&f, spec, by_position);
    spec->conversion = LETTER_CODE(*f);
    if (!by_position) {
        if (*f == 0)
            return READ_INVALID;
        if (!is_known(spec))
            return READ_POSITIONS;
    }
    *at = f + (*f != 0);
    return READ_DONE;
}

/* Kinds of arguments, as va_arg takes them. */
enum kind { KIND_NONE, KIND_INT, KIND_LONG, KIND_DOUBLE, KIND_LONG_DOUBLE, KIND_POINTER };

static inline enum kind kind_of(const struct spec *spec) {
    switch (family_of(spec->conversion)) {
    case FAMILY_INTEGER:
        return spec->size & (SIZE_LONG | SIZE_LONG_DOUBLE) ? KIND_LONG : KIND_INT;
    case FAMILY_CHARACTER:
        return KIND_INT;
    case FAMILY_REAL:
        return spec->size & SIZE_LONG_DOUBLE ? KIND_LONG_DOUBLE : KIND_DOUBLE;
    case FAMILY_POINTER:
    case FAMILY_COUNT:
        return KIND_POINTER;
    default:
        return KIND_NONE;
    }
}

static inline __attribute__((always_inline)) void take_value(union value *value, enum kind kind,
                                                             struct arguments *args) {
    switch (kind) {
    case KIND_NONE:
        break;
    case KIND_INT:
        value->integer = next_int(args);
        break;
    case KIND_LONG:
        value->integer = next_long(args);
        break;
    case KIND_DOUBLE:
        value->real = next_double(args);
        break;
    case KIND_LONG_DOUBLE:
        __builtin_memcpy(&value->long_real, next_long_double(args), sizeof value->long_real);
        break;
    case KIND_POINTER:
        value->pointer = next_pointer(args);
        break;
    }
}
