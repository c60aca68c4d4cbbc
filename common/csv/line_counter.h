#ifndef CLIENTELE_COMMON_CSV_LINE_COUNTER_H_
#define CLIENTELE_COMMON_CSV_LINE_COUNTER_H_

#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace clientele::csv {

// Counts line ends: LF, CRLF and CR are one each, also where CR and LF come in two calls.
class LineCounter {
 public:
  void Add(absl::string_view bytes) {
    if (bytes.empty()) return;
    if (!ended_with_cr_ && std::memchr(bytes.data(), '\r', bytes.size()) == nullptr) {
      CountFeeds(bytes);
      return;
    }
    for (const char c : bytes) AddOne(c);
  }
  void AddOne(char c) {
    if (c == '\r' || (c == '\n' && !ended_with_cr_)) ++ends_;
    ended_with_cr_ = c == '\r';
  }
  // Something that is not counted lies between the last byte and the next.
  void Interrupt() { ended_with_cr_ = false; }

  // Of the byte that comes next; the first line is 1.
  std::int64_t line() const { return ends_ + 1; }

 private:
  void CountFeeds(absl::string_view bytes) {
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    while (at != end) {
      const void* feed = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
      if (feed == nullptr) return;
      ++ends_;
      at = static_cast<const char*>(feed) + 1;
    }
  }

  std::int64_t ends_ = 0;
  bool ended_with_cr_ = false;
};

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_LINE_COUNTER_H_
