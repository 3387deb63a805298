/* The encoding of a wide stream, bound when the stream becomes wide (C17 7.21.2p4): the locale's of that
   moment, or that of ",ccs=" in the mode string. Above: wide.c. */

#ifndef BUF_ENCODING_H
#define BUF_ENCODING_H

#include "stream.h"

enum { CHARACTER_MAX = 16 }; /* bytes of one character in any encoding, MB_LEN_MAX */

/* Binds the locale's encoding; a stream of open_wmemstream keeps its characters as they are. Without memory
   the stream stays unbound and its transfers fail with ENOMEM. */
void buf__encoding_bind(struct stream *);

/* Binds a named character set. 0, -EINVAL when there is no such set, or -ENOMEM. */
int buf__encoding_bind_named(struct stream *, const char *name, size_t length);

void buf__encoding_free(struct stream *);

/* ASCII bytes are ASCII characters wherever they stand: the common case needs no call. */
bool buf__encoding_is_ascii(const struct stream *);

/* The bytes of a character: their number, or -EILSEQ. What the encoding cannot express is transliterated, as
   libc does. */
ssize_t buf__encode(struct stream *, wchar_t, char bytes[CHARACTER_MAX]);

/* The character that begins with these bytes: how many it takes; 0 when more are needed; or -EILSEQ. */
ssize_t buf__decode(struct stream *, const char *bytes, size_t n, wchar_t *);

#endif
