/* Text and numbers of the page. Whatever a program or a file is called, it stays text. */
#include "bufcount_html.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The length of the character at TEXT, 0 where it is none: overlong forms, surrogates and control characters
   are none either. */
static size_t character_length(const unsigned char *text) {
    if (text[0] < 0x80)
        return text[0] >= 0x20 && text[0] != 0x7f;
    size_t length = text[0] >= 0xc2 && text[0] < 0xe0   ? 2
                    : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
                    : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                        : 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    if ((text[0] == 0xc2 && text[1] < 0xa0) || (text[0] == 0xe0 && text[1] < 0xa0) ||
        (text[0] == 0xed && text[1] > 0x9f) || (text[0] == 0xf0 && text[1] < 0x90) ||
        (text[0] == 0xf4 && text[1] > 0x8f))
        return 0;
    return length;
}

/* Writes one character; returns how many bytes of TEXT it was. */
static size_t put_character(FILE *out, const unsigned char *text) {
    size_t length = character_length(text);
    if (length == 0) {
        fputs("\xef\xbf\xbd", out);
        return 1;
    }
    switch (*text) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    case '\'':
        fputs("&#39;", out);
        break;
    default:
        fwrite(text, 1, length, out);
    }
    return length;
}

void html_text(FILE *out, const char *text) {
    for (const unsigned char *at = (const unsigned char *)text; *at;)
        at += put_character(out, at);
}

void html_cut(FILE *out, const char *text, size_t most) {
    size_t count = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at; count++) {
        size_t length = character_length(at);
        at += length ? length : 1;
    }
    size_t head = count > most ? most / 3 : count, tail = count > most ? most - head - 1 : 0, number = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at; number++) {
        if (number == head && number < count - tail)
            fputs("\xe2\x80\xa6", out);
        size_t length = character_length(at);
        if (number < head || number >= count - tail)
            put_character(out, at);
        at += length ? length : 1;
    }
}

const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

const char *format_count(char text[NUMBER_SIZE], uint64_t number) {
    char digits[NUMBER_SIZE];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number), to = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            text[to++] = ',';
        text[to++] = digits[i];
    }
    text[to] = 0;
    return text;
}

/* Three digits that count. */
static const char *scaled(char text[NUMBER_SIZE], double number, const char *unit) {
    int decimals = number >= 99.95 || number == 0 ? 0 : number >= 9.995 ? 1 : 2;
    snprintf(text, NUMBER_SIZE, "%.*f%s%s", decimals, number, *unit ? " " : "", unit);
    return text;
}

const char *format_short(char text[NUMBER_SIZE], double number) {
    static const char *const units[] = {"", "k", "M", "G", "T", "P"};
    size_t unit = 0;
    if (number < 9999.5) {
        bool whole = number == floor(number) || number >= 99.95;
        if (!whole)
            return scaled(text, number, "");
        return format_count(text, (uint64_t)llround(number));
    }
    for (; number >= 999.5 && unit < 5; unit++)
        number /= 1000;
    return scaled(text, number, units[unit]);
}

const char *format_bytes(char text[NUMBER_SIZE], double bytes) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    size_t unit = 0;
    for (; bytes >= 1023.5 && unit < 5; unit++)
        bytes /= 1024;
    if (bytes == floor(bytes)) {
        snprintf(text, NUMBER_SIZE, "%.0f %s", bytes, units[unit]);
        return text;
    }
    return scaled(text, bytes, units[unit]);
}

const char *format_time(char text[NUMBER_SIZE], double nanoseconds) {
    static const char *const units[] = {"ns", "\xc2\xb5s", "ms", "s"};
    size_t unit = 0;
    for (; nanoseconds >= 999.5 && unit < 3; unit++)
        nanoseconds /= 1000;
    return scaled(text, unit ? nanoseconds : round(nanoseconds), units[unit]);
}

const char *format_share(char text[NUMBER_SIZE], uint64_t part, uint64_t whole) {
    if (!whole)
        return strcpy(text, "\xe2\x80\x93");
    double share = 100 * (double)part / (double)whole;
    bool nearly = (share < 0.5 && part) || (share > 99.5 && part < whole);
    snprintf(text, NUMBER_SIZE, "%s%.0f %%", nearly ? share < 1 ? "<" : ">" : "",
             nearly ? share < 1 ? 1.0 : 99.0 : share);
    return text;
}

double nice_step(double end, int most) {
    static const double steps[] = {1, 2, 5};
    if (!(end > 0))
        return 1;
    for (double power = pow(10, floor(log10(end / most)));; power *= 10)
        for (size_t i = 0; i < 3; i++)
            if (end / (steps[i] * power) <= most)
                return steps[i] * power;
}

const char *const kind_names[INSIDE_KINDS] = {"read", "write", "seek", "sync", "other"};

int colour_of_function(const char *name, const struct stdio_figures *figures) {
    static const int colours[] = {[DIRECTION_NONE] = INSIDE_OTHER,
                                  [DIRECTION_PUT] = INSIDE_WRITE,
                                  [DIRECTION_GOT] = INSIDE_READ,
                                  [DIRECTION_SEEK] = INSIDE_SEEK};
    int most = INSIDE_OTHER;
    for (int kind = 0; kind < INSIDE_OTHER; kind++)
        if (figures->inside[kind] && (most == INSIDE_OTHER || figures->inside[kind] > figures->inside[most]))
            most = kind;
    return most == INSIDE_OTHER && name ? colours[direction_of(name)] : most;
}
