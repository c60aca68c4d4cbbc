#ifndef CLIENTELE_COMMON_TEXT_CHAT_TRACED_TEXT_H_
#define CLIENTELE_COMMON_TEXT_CHAT_TRACED_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::text::chat {

// Bytes [begin, end) of a text.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

// UTF-8 that remembers which of its bytes came from a conversation, and which from a template.
//
//   TracedText prompt = TracedText::OfTemplate("<|user|>");
//   prompt.Append(TracedText::OfConversation("hello"));
//   prompt.ConversationSpans();   // [8, 13)
//
// Plain value; thread-safe when not modified.
class TracedText {
 public:
  TracedText() = default;
  static TracedText OfTemplate(absl::string_view bytes) { return TracedText(bytes, '\0'); }
  static TracedText OfConversation(absl::string_view bytes) { return TracedText(bytes, '\1'); }

  const std::string& bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

  void Append(const TracedText& more) { Append(more, 0, more.size()); }
  // Bytes [begin, end) of `more`.
  void Append(const TracedText& more, std::size_t begin, std::size_t end) {
    bytes_.append(more.bytes_, begin, end - begin);
    origins_.append(more.origins_, begin, end - begin);
  }
  TracedText Substring(std::size_t begin, std::size_t end) const {
    TracedText part;
    part.Append(*this, begin, end);
    return part;
  }
  // Other bytes in place of bytes [begin, end) of `from`, with the origin of the first of them.
  void AppendInstead(const TracedText& from, std::size_t begin, absl::string_view bytes) {
    bytes_.append(bytes.data(), bytes.size());
    origins_.append(bytes.size(), begin < from.size() ? from.origins_[begin] : '\0');
  }

  // In order, none empty, none touching the next.
  std::vector<TextSpan> ConversationSpans() const {
    std::vector<TextSpan> spans;
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      if (origins_[i] == '\0') continue;
      if (!spans.empty() && spans.back().end == i) {
        spans.back().end = i + 1;
      } else {
        spans.push_back({i, i + 1});
      }
    }
    return spans;
  }

 private:
  TracedText(absl::string_view bytes, char origin)
      : bytes_(bytes), origins_(bytes.size(), origin) {}

  std::string bytes_;
  std::string origins_;  // one for each byte
};

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_TRACED_TEXT_H_
