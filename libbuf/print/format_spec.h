/* Reads one conversion specification, written once for both kinds of format: included by format_run.h with LETTER char
   or wchar_t. Strictly, as glibc's walk in order does, or tolerantly, as its walk by position does. */

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

static unsigned flag_of(LETTER c) {
    switch (c) {
    case '-':
        return FLAG_LEFT;
    case '+':
        return FLAG_PLUS;
    case ' ':
        return FLAG_SPACE;
    case '#':
        return FLAG_ALT;
    case '0':
        return FLAG_ZERO;
    case '\'':
        return FLAG_GROUP;
    case 'I':
        return FLAG_LOCAL;
    default:
        return 0;
    }
}

/* The bits of C23's wN and wfN (glibc 2.38 has them): *at is behind the w. */
static bool read_bits(const LETTER **at, unsigned *size) {
    bool fast = **at == 'f';
    if (fast)
        ++*at;
    switch (is_digit(**at) ? read_number(at) : 0) {
    case 8:
        *size = SIZE_CHAR;
        return true;
    case 16:
        *size = fast ? SIZE_LONG : SIZE_SHORT;
        return true;
    case 32:
        *size = fast ? SIZE_LONG : 0;
        return true;
    case 64:
        *size = SIZE_LONG;
        return true;
    default:
        return false;
    }
}

static bool read_size(const LETTER **at, struct spec *spec, bool by_position) {
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
        f++;
        if (!read_bits(&f, &spec->size))
            return false;
        break;
    default:
        break;
    }
    *at = f;
    return true;
}

/* Whether glibc's strict walk knows the conversion; after a single h it takes integers only. */
static bool is_known(const struct spec *spec) {
    switch (spec->conversion) {
    case '%':
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
    case 'b':
    case 'B':
    case 'n':
        return true;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'c':
    case 'C':
    case 's':
    case 'S':
    case 'p':
    case 'm':
        return spec->size != SIZE_SHORT;
    default:
        return false;
    }
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
    if (!read_size(&f, spec, by_position))
        return READ_INVALID;
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
    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
    case 'b':
    case 'B':
        return spec->size & (SIZE_LONG | SIZE_LONG_DOUBLE) ? KIND_LONG : KIND_INT;
    case 'c':
    case 'C':
        return KIND_INT;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        return spec->size & SIZE_LONG_DOUBLE ? KIND_LONG_DOUBLE : KIND_DOUBLE;
    case 's':
    case 'S':
    case 'p':
    case 'n':
        return KIND_POINTER;
    default:
        return KIND_NONE;
    }
}

static inline __attribute__((always_inline)) void take_value(union value *value, enum kind kind, struct arguments *args) {
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
        value->long_real = next_long_double(args);
        break;
    case KIND_POINTER:
        value->pointer = next_pointer(args);
        break;
    }
}
