#ifndef CLIENTELE_COMMON_CSV_ENCODING_SURVEY_H_
#define CLIENTELE_COMMON_CSV_ENCODING_SURVEY_H_

// Finds the encoding of a file without a mark from all of its bytes.
//
//   EncodingSurvey survey;
//   while (more) survey.Add(piece);
//   const std::string encoding = survey.Found();   // canonical, see text_decoder.h
//
// UTF-8 when the bytes are, up to a few damaged ones; else a double-byte encoding when characters
// come in pairs as they do in such text; else windows-1252, or what ICU is sure of. Keeps 64 KiB.
// Not thread-safe.

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::csv {

class EncodingSurvey {
 public:
  void Add(absl::string_view piece);
  std::string Found() const;

 private:
  void AddByte(unsigned char byte);

  std::int64_t bytes_ = 0;
  std::int64_t nul_even_ = 0;
  std::int64_t nul_odd_ = 0;
  std::int64_t sequences_ = 0;  // of UTF-8, beyond ASCII
  std::int64_t damaged_ = 0;    // bytes that are no UTF-8
  int needed_ = 0;              // continuation bytes of the sequence that is being read
  unsigned char low_ = 0x80;    // bounds of the next one
  unsigned char high_ = 0xBF;
  std::string sample_;  // from the first byte beyond ASCII on
};

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_ENCODING_SURVEY_H_
