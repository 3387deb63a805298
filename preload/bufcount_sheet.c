/* Lines, colour, numbers and names of the reports for people; see bufcount_sheet.h. */
#include "bufcount_sheet.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sheet sheet_of(FILE *out, enum colour when) {
    const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool able = isatty(fileno(out)) && !(refused && *refused) && !(terminal && strcmp(terminal, "dumb") == 0);
    return (struct sheet){out, when == COLOUR_ALWAYS || (when == COLOUR_AUTO && able)};
}

void sheet_ink(const struct sheet *sheet, enum ink ink) {
    static const char *const codes[] = {[INK_PLAIN] = "0", [INK_HEAD] = "1", [INK_GOOD] = "32",
                                        [INK_BAD] = "33",  [INK_BAR] = "36", [INK_FAINT] = "2"};
    if (sheet->colour)
        fprintf(sheet->out, "\033[%sm", codes[ink]);
}

int utf8_length(const unsigned char *text) {
    int length = text[0] < 0x80                      ? 1
                 : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                 : (text[0] & 0xf0) == 0xe0          ? 3
                 : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                     : 0;
    for (int i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool surrogate = text[0] == 0xed && text[1] >= 0xa0, beyond = text[0] == 0xf4 && text[1] >= 0x90;
    return length > 2 && (overlong || surrogate || beyond) ? 0 : length;
}

static uint32_t code_point(const unsigned char *text, int length) {
    static const unsigned char head[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = text[0] & head[length];
    for (int i = 1; i < length; i++)
        code = code << 6 | (text[i] & 0x3f);
    return code;
}

/* Columns of a character: 2 for the wide ones of East Asia and for pictures; -1 where it may not be shown:
   controls, marks that turn the direction of the text or have no width. */
static int width_of(uint32_t code) {
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x300 && code < 0x370) ||
        (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
        (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code >= 0xfe00 && code < 0xfe10) ||
        code >= 0xe0000)
        return -1;
    bool wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) ||
                (code >= 0xac00 && code < 0xd7a4) || (code >= 0xf900 && code < 0xfb00) ||
                (code >= 0xfe30 && code < 0xfe70) || (code >= 0xff00 && code < 0xff61) || code >= 0x1f000;
    return wide ? 2 : 1;
}

/* The character at TEXT, printable, to TO with a NUL; returns its columns and sets LENGTH to its bytes. */
static int printable(const char *text, char to[5], int *length) {
    int bytes = utf8_length((const unsigned char *)text);
    *length = bytes ? bytes : 1;
    int width = bytes ? width_of(code_point((const unsigned char *)text, bytes)) : -1;
    if (width < 0) {
        strcpy(to, "?");
        return 1;
    }
    memcpy(to, text, (size_t)bytes);
    to[bytes] = 0;
    return width;
}

int columns_of(const char *text) {
    int columns = 0, length;
    char character[5];
    for (; *text; text += length)
        columns += printable(text, character, &length);
    return columns;
}

/* Appends to TO the characters of TEXT from column FROM to before UNTIL. */
static void take(char *to, const char *text, int from, int until) {
    int at = 0, length;
    char character[5];
    for (to += strlen(to); *text; text += length) {
        int width = printable(text, character, &length);
        if (at >= from && at + width <= until)
            to = stpcpy(to, character);
        at += width;
    }
}

struct clipped clip(const char *name, int width) {
    struct clipped clipped = {""};
    int columns = columns_of(name);
    if (columns <= width) {
        take(clipped.text, name, 0, columns);
        return clipped;
    }
    int head = (width - 3) / 3;
    take(clipped.text, name, 0, head);
    strcat(clipped.text, "...");
    take(clipped.text, name, columns - (width - 3 - head), columns);
    return clipped;
}

void sheet_head(const struct sheet *sheet, const char *format, ...) {
    char *text;
    va_list list;
    va_start(list, format);
    int length = vasprintf(&text, format, list);
    va_end(list);
    if (length < 0)
        return;
    fputc('\n', sheet->out);
    sheet_ink(sheet, INK_HEAD);
    fputs(clip(text, COLUMNS).text, sheet->out);
    sheet_ink(sheet, INK_PLAIN);
    fputc('\n', sheet->out);
    free(text);
}

/* Writes one word behind COLUMN; returns the column behind it. */
static int put_word(const struct sheet *sheet, const char *word, int column) {
    enum { INDENT = 2 };
    int width = columns_of(word);
    if (column > 0 && column + 1 + width > COLUMNS) {
        fprintf(sheet->out, "\n%*s", INDENT, "");
        column = INDENT;
    } else if (column > 0) {
        fputc(' ', sheet->out);
        column++;
    }
    struct clipped clipped = clip(word, COLUMNS - column);
    fputs(clipped.text, sheet->out);
    return column + columns_of(clipped.text);
}

void sheet_say(const struct sheet *sheet, enum ink ink, const char *format, ...) {
    char *text;
    va_list list;
    va_start(list, format);
    int length = vasprintf(&text, format, list);
    va_end(list);
    if (length < 0)
        return;
    sheet_ink(sheet, ink);
    int column = 0;
    for (char *word = text, *next; word; word = next) {
        next = strchr(word, ' ');
        if (next)
            *next++ = 0;
        column = put_word(sheet, word, column);
    }
    sheet_ink(sheet, INK_PLAIN);
    fputc('\n', sheet->out);
    free(text);
}

struct label label_count(uint64_t value, int width) {
    struct label label;
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, value), at = 0;
    if (length > width) {
        static const char units[] = "kMGTPE";
        double scaled = (double)value;
        int unit = -1;
        for (; scaled >= 999.5; unit++)
            scaled /= 1000;
        snprintf(label.text, sizeof label.text, "%.3g %c", scaled, units[unit]);
        return label;
    }
    bool grouped = length + (length - 1) / 3 <= width;
    for (int i = 0; i < length; i++) {
        if (grouped && i > 0 && (length - i) % 3 == 0)
            label.text[at++] = ',';
        label.text[at++] = digits[i];
    }
    label.text[at] = 0;
    return label;
}

struct label label_size(uint64_t bytes) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    struct label label;
    double scaled = (double)bytes;
    int unit = 0;
    for (; scaled >= 1023.5 && unit < 6; unit++)
        scaled /= 1024;
    int places = unit == 0 || scaled >= 99.95 || scaled == (double)(int)scaled ? 0 : scaled >= 9.995 ? 1 : 2;
    snprintf(label.text, sizeof label.text, "%.*f %s", places, scaled, units[unit]);
    return label;
}

struct label label_time(double nanoseconds) {
    static const char *const units[] = {"ns", "us", "ms", "s"};
    struct label label;
    int unit = 0;
    for (; nanoseconds >= 999.5 && unit < 3; unit++)
        nanoseconds /= 1000;
    int places = unit == 0 || nanoseconds >= 99.95 ? 0 : nanoseconds >= 9.995 ? 1 : 2;
    snprintf(label.text, sizeof label.text, "%.*f %s", places, nanoseconds, units[unit]);
    return label;
}

struct label label_share(uint64_t part, uint64_t whole) {
    struct label label = {"-"};
    if (whole)
        snprintf(label.text, sizeof label.text, "%.0f%%", 100 * (double)part / (double)whole);
    return label;
}

struct label label_ratio(uint64_t in, uint64_t out) {
    struct label label = {"-"};
    double value = out ? (double)in / (double)out : 0;
    if (out && value >= 99.95)
        return label_count((uint64_t)(value + 0.5), 7);
    if (out)
        snprintf(label.text, sizeof label.text, "%.*f", value >= 9.995 ? 1 : 2, value);
    return label;
}
