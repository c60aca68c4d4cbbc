#include "common/text/tokenizer/byte_alphabet.h"

#include <array>

#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

struct Alphabet {
  std::array<char32_t, 256> characters{};
  std::array<int, 0x144> bytes{};
};

const Alphabet& TheAlphabet() {
  static const Alphabet alphabet = [] {
    Alphabet made;
    made.bytes.fill(-1);
    char32_t next = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
      const bool visible =
          (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
      const char32_t c = visible ? static_cast<char32_t>(byte) : next++;
      made.characters[static_cast<std::size_t>(byte)] = c;
      made.bytes[c] = byte;
    }
    return made;
  }();
  return alphabet;
}

}  // namespace

char32_t CharacterOfByte(unsigned char byte) { return TheAlphabet().characters[byte]; }

std::optional<unsigned char> ByteOfCharacter(char32_t c) {
  const Alphabet& alphabet = TheAlphabet();
  if (c >= alphabet.bytes.size() || alphabet.bytes[c] < 0) return std::nullopt;
  return static_cast<unsigned char>(alphabet.bytes[c]);
}

std::string ToByteAlphabet(absl::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char byte : bytes) AppendUtf8(CharacterOfByte(static_cast<unsigned char>(byte)), out);
  return out;
}

}  // namespace clientele::text::tokenization
