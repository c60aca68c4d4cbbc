#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_BYTE_ALPHABET_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_BYTE_ALPHABET_H_

// The characters that byte-level tokenizers write bytes as (GPT-2): visible ones of Latin-1 stand
// for themselves, the others are U+0100 and on, so that a space is Ġ.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

char32_t CharacterOfByte(unsigned char byte);
std::optional<unsigned char> ByteOfCharacter(char32_t c);
// The same for a string of bytes.
std::string ToByteAlphabet(absl::string_view bytes);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_BYTE_ALPHABET_H_
