#include "common/csv/line_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::csv {
namespace {

constexpr std::size_t kNone = std::string::npos;

}  // namespace

absl::string_view Line::text() const {
  absl::string_view text = bytes;
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

LineReader::LineReader(std::unique_ptr<ByteSource> source, std::unique_ptr<TextDecoder> decoder,
                       std::size_t max_line_bytes)
    : source_(std::move(source)), decoder_(std::move(decoder)), max_line_bytes_(max_line_bytes) {}

void LineReader::Begin(absl::string_view bytes, bool at_end) {
  at_end_ = at_end;
  if (decoder_ != nullptr) {
    decoder_->Decode(bytes, at_end, buffer_);
  } else {
    absl::StrAppend(&buffer_, bytes);
  }
}

absl::Status LineReader::Fill() {
  const absl::StatusOr<absl::string_view> piece = source_->Read();
  if (!piece.ok()) {
    return absl::DataLossError(absl::StrCat("line ", number_ + 1, ": ", piece.status().message()));
  }
  buffer_.erase(0, at_);
  at_ = 0;
  next_lf_ = next_cr_ = 0;
  at_end_ = piece->empty();
  if (decoder_ != nullptr) {
    decoder_->Decode(*piece, at_end_, buffer_);
  } else {
    absl::StrAppend(&buffer_, *piece);
  }
  return absl::OkStatus();
}

std::size_t LineReader::FindEnd() {
  // Each is searched for once, however long the lines of the other kind go on.
  const std::size_t from = at_ + searched_;
  if (next_lf_ != kNone && next_lf_ <= from) next_lf_ = buffer_.find('\n', from);
  if (next_cr_ != kNone && next_cr_ <= from) next_cr_ = buffer_.find('\r', from);
  const std::size_t first = std::min(next_lf_, next_cr_);
  if (first == kNone) {
    searched_ = buffer_.size() - at_;
    return 0;
  }
  if (first == next_lf_) return first + 1;
  if (first + 1 < buffer_.size()) return first + (buffer_[first + 1] == '\n' ? 2 : 1);
  if (at_end_) return first + 1;
  searched_ = first - at_;  // a LF may follow
  return 0;
}

absl::StatusOr<bool> LineReader::Next(Line* line) {
  if (!error_.ok()) return error_;
  searched_ = 0;
  std::size_t end = FindEnd();
  while (end == 0 && !at_end_) {
    if (buffer_.size() - at_ > max_line_bytes_) break;
    error_ = Fill();
    if (!error_.ok()) return error_;
    end = FindEnd();
  }
  if (end == 0) end = buffer_.size();
  if (end == at_) return false;
  if (end - at_ > max_line_bytes_ + 2) {
    error_ = absl::InvalidArgumentError(
        absl::StrCat("line ", number_ + 1, ": is longer than ", max_line_bytes_, " bytes"));
    return error_;
  }
  line->number = ++number_;
  line->bytes.assign(buffer_, at_, end - at_);
  at_ = end;
  return true;
}

}  // namespace clientele::csv
