/*
 * The token of a number that could not be converted in the window: bytes, always terminated, on the heap only
 * when long.
 */
#include "scan_state.h"

#include <stdlib.h>
#include <string.h>

void buf__token_start(struct token *token) {
    token->text = token->small;
    token->length = 0;
    token->size = sizeof token->small;
    token->failed = false;
    token->small[0] = '\0';
}

static bool grow(struct token *token) {
    size_t size = token->size * 2;
    char *text = realloc(token->text == token->small ? NULL : token->text, size);
    if (text == NULL)
        return false;
    if (token->text == token->small)
        memcpy(text, token->small, token->length + 1);
    token->text = text;
    token->size = size;
    return true;
}

void buf__token_add(struct token *token, char c) {
    if (UNLIKELY(token->length + 1 == token->size) && (token->failed || !grow(token))) {
        token->failed = true;
        return;
    }
    token->text[token->length++] = c;
    token->text[token->length] = '\0';
}

void buf__token_add_text(struct token *token, const char *text) {
    while (*text != '\0')
        buf__token_add(token, *text++);
}

void buf__token_free(struct token *token) {
    if (token->text != token->small)
        free(token->text);
}
