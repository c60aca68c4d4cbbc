#include "common/csv/encoding_survey.h"

#include <algorithm>
#include <cstring>

#include <unicode/ucsdet.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace clientele::csv {
namespace {

constexpr std::size_t kSampleBytes = 64 << 10;
constexpr std::int32_t kSure = 40;  // of 100, in ICU's terms

bool IsHigh(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Words of bytes beyond ASCII, by which kind of encoding they speak for.
struct Runs {
  int paired = 0;  // an even number of them, as double-byte text has
  int single = 0;
  int long_ones = 0;  // of three and more: words in a script of its own
};

Runs CountRuns(absl::string_view sample) {
  Runs runs;
  std::size_t after_trail = sample.size();  // where the character before is half of another
  for (std::size_t at = 0; at < sample.size();) {
    if (!IsHigh(sample[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < sample.size() && IsHigh(sample[at])) ++at;
    if (at == sample.size() && sample.size() == kSampleBytes) break;  // may be cut off
    const std::size_t size = at - begin;
    if (size >= 3) ++runs.long_ones;
    // The second byte of rarer characters looks like ASCII.
    if (size % 2 == 1 && size >= 3 && at < sample.size() && sample[at] >= 0x40 &&
        sample[at] <= 0x7E) {
      ++runs.paired;
      after_trail = ++at;
      continue;
    }
    const bool in_word =
        (begin > 0 && begin != after_trail && absl::ascii_isalpha(sample[begin - 1])) ||
        (at < sample.size() && absl::ascii_isalpha(sample[at]));
    (size % 2 == 0 && (size > 2 || !in_word) ? runs.paired : runs.single) += 1;
  }
  return runs;
}

struct Match {
  std::string name;
  std::int32_t confidence = 0;
};

// ICU's best match among double-byte encodings, or among all.
Match AskIcu(absl::string_view sample, bool double_byte) {
  UErrorCode error = U_ZERO_ERROR;
  UCharsetDetector* detector = ucsdet_open(&error);
  Match best;
  if (U_SUCCESS(error)) {
    ucsdet_setText(detector, sample.data(), static_cast<std::int32_t>(sample.size()), &error);
    std::int32_t count = 0;
    const UCharsetMatch** matches = ucsdet_detectAll(detector, &count, &error);
    for (std::int32_t i = 0; U_SUCCESS(error) && i < count; ++i) {
      const std::string name = ucsdet_getName(matches[i], &error);
      const std::int32_t confidence = ucsdet_getConfidence(matches[i], &error);
      if (U_FAILURE(error)) break;
      const bool is_double = name == "GB18030" || name == "Big5" || name == "EUC-KR" ||
                             name == "EUC-JP" || name == "Shift_JIS";
      const bool better =
          confidence > best.confidence || (confidence == best.confidence && name == "GB18030");
      if (is_double == double_byte && better) best = {name, confidence};
    }
  }
  ucsdet_close(detector);
  return best;
}

}  // namespace

void EncodingSurvey::Add(absl::string_view piece) {
  if (sample_.empty()) {
    const auto first = std::find_if(piece.begin(), piece.end(), IsHigh);
    if (first != piece.end()) {
      sample_ =
          std::string(piece.substr(static_cast<std::size_t>(first - piece.begin()), kSampleBytes));
    }
  } else if (sample_.size() < kSampleBytes) {
    absl::StrAppend(&sample_, piece.substr(0, kSampleBytes - sample_.size()));
  }
  const bool has_nul = std::memchr(piece.data(), '\0', piece.size()) != nullptr;
  for (const char c : piece) {
    if (has_nul && c == '\0') ++(bytes_ % 2 == 0 ? nul_even_ : nul_odd_);
    ++bytes_;
    if (needed_ > 0 || IsHigh(c)) AddByte(static_cast<unsigned char>(c));
  }
}

void EncodingSurvey::AddByte(unsigned char byte) {
  if (needed_ > 0) {
    if (byte >= low_ && byte <= high_) {
      low_ = 0x80;
      high_ = 0xBF;
      if (--needed_ == 0) ++sequences_;
      return;
    }
    ++damaged_;
    needed_ = 0;
  }
  low_ = 0x80;
  high_ = 0xBF;
  if (byte < 0x80) return;
  if (byte >= 0xC2 && byte <= 0xDF) {
    needed_ = 1;
  } else if (byte >= 0xE0 && byte <= 0xEF) {
    needed_ = 2;
    if (byte == 0xE0) low_ = 0xA0;
    if (byte == 0xED) high_ = 0x9F;
  } else if (byte >= 0xF0 && byte <= 0xF4) {
    needed_ = 3;
    if (byte == 0xF0) low_ = 0x90;
    if (byte == 0xF4) high_ = 0x8F;
  } else {
    ++damaged_;
  }
}

std::string EncodingSurvey::Found() const {
  // Latin text in UTF-16 without a mark: every other byte is NUL.
  if (bytes_ >= 8 && std::min(nul_even_, nul_odd_) * 40 <= bytes_ &&
      std::max(nul_even_, nul_odd_) * 4 >= bytes_) {
    return nul_odd_ > nul_even_ ? "UTF-16LE" : "UTF-16BE";
  }
  const std::int64_t damaged = damaged_ + (needed_ > 0 ? 1 : 0);
  if (damaged == 0 || sequences_ > damaged) return "UTF-8";
  const Runs runs = CountRuns(sample_);
  if (runs.paired > 4 * runs.single) {
    const Match match = AskIcu(sample_, true);
    return match.name.empty() ? "GB18030" : match.name;
  }
  if (runs.long_ones > (runs.paired + runs.single) / 2) {
    const Match double_byte = AskIcu(sample_, true);
    const Match single_byte = AskIcu(sample_, false);
    const Match& match =
        double_byte.confidence > single_byte.confidence ? double_byte : single_byte;
    if (match.confidence >= kSure && !absl::StartsWith(match.name, "UTF") &&
        match.name != "ISO-8859-1") {
      return match.name;
    }
  }
  return "windows-1252";
}

}  // namespace clientele::csv
