#ifndef CLIENTELE_COMMON_CSV_TEXT_DECODER_H_
#define CLIENTELE_COMMON_CSV_TEXT_DECODER_H_

// Encodings of text files, and their conversion to UTF-8.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::string name, CanonicalEncoding("gbk"));   // "GB18030"
//   CLIENTELE_ASSIGN_OR_RETURN(auto decoder, TextDecoder::Create(name));
//   std::string text;
//   const bool whole = decoder->DecodeLine(bytes, text);

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::csv {

// "UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "windows-1252", "GB18030", or ICU's name
// of another encoding, of what people call it: "utf8", "cp1252", "latin1" (read as windows-1252,
// which holds it), "gbk" (as GB18030, which holds it). INVALID_ARGUMENT for an unknown one, and for
// one in which the delimiters are other bytes than in ASCII.
absl::StatusOr<std::string> CanonicalEncoding(absl::string_view name);

// Whether a line end takes more than one byte, so that bytes can't be split into lines.
bool IsWide(absl::string_view encoding);

// The encoding that a file's first bytes announce. Empty: no mark.
struct EncodingMark {
  std::string encoding;
  std::size_t bytes = 0;
};
EncodingMark FindEncodingMark(absl::string_view start);

// Not thread-safe.
class TextDecoder {
 public:
  // `encoding` is canonical.
  static absl::StatusOr<std::unique_ptr<TextDecoder>> Create(const std::string& encoding);
  ~TextDecoder();
  TextDecoder(const TextDecoder&) = delete;
  TextDecoder& operator=(const TextDecoder&) = delete;

  // Appends what `bytes` hold to `text`, across calls; `end` with the last bytes. What is no
  // character becomes U+FFFD.
  void Decode(absl::string_view bytes, bool end, std::string& text);
  // Replaces `text` with what `bytes` hold; false when something in them is no character.
  bool DecodeLine(absl::string_view bytes, std::string& text);

 private:
  struct Converter;
  explicit TextDecoder(std::unique_ptr<Converter> converter);

  std::unique_ptr<Converter> converter_;
};

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_TEXT_DECODER_H_
