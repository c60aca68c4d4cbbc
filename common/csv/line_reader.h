#ifndef CLIENTELE_COMMON_CSV_LINE_READER_H_
#define CLIENTELE_COMMON_CSV_LINE_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/csv/byte_source.h"
#include "common/csv/text_decoder.h"

namespace clientele::csv {

// A line of a file with its end: LF, CRLF, CR, or nothing at the end of the file.
struct Line {
  std::int64_t number = 0;  // from 1
  std::string bytes;

  // Without the line's end.
  absl::string_view text() const;
};

// Splits a source's bytes into lines, in constant memory. Lines are given as they are in the file,
// or in UTF-8 where the encoding is a wide one. Not thread-safe.
class LineReader {
 public:
  // `decoder` only for a wide encoding. `max_line_bytes` bounds a line.
  LineReader(std::unique_ptr<ByteSource> source, std::unique_ptr<TextDecoder> decoder,
             std::size_t max_line_bytes);

  // Takes bytes that were read from the source before.
  void Begin(absl::string_view bytes, bool at_end);

  // False at the end. INVALID_ARGUMENT for a line that is too long, DATA_LOSS for a damaged file;
  // later calls give the same.
  absl::StatusOr<bool> Next(Line* line);

 private:
  absl::Status Fill();
  // Where the line that begins at `at_` ends, its end included; 0: not in the buffer.
  std::size_t FindEnd();

  const std::unique_ptr<ByteSource> source_;
  const std::unique_ptr<TextDecoder> decoder_;
  const std::size_t max_line_bytes_;
  std::string buffer_;
  std::size_t at_ = 0;
  // Where the next LF and CR are, searched from `at_` on once.
  std::size_t next_lf_ = 0;
  std::size_t next_cr_ = 0;
  std::size_t searched_ = 0;  // how much of the current line holds no end
  bool at_end_ = false;
  std::int64_t number_ = 0;
  absl::Status error_;
};

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_LINE_READER_H_
