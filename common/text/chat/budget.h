#ifndef CLIENTELE_COMMON_TEXT_CHAT_BUDGET_H_
#define CLIENTELE_COMMON_TEXT_CHAT_BUDGET_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"

namespace clientele::text::chat {

// What one rendering may still use: a template comes from outside, and so does a conversation.
class Budget {
 public:
  static constexpr std::int64_t kMaxSteps = 5'000'000;
  static constexpr std::int64_t kMaxBytes = std::int64_t{64} << 20;

  // Expressions evaluated, statements run and values made.
  absl::Status Steps(std::size_t count) {
    if (count > static_cast<std::size_t>(steps_)) {
      return absl::ResourceExhaustedError("the chat template takes too many steps");
    }
    steps_ -= static_cast<std::int64_t>(count);
    return absl::OkStatus();
  }
  // Bytes of text made, before they are made where they may be many.
  absl::Status Bytes(std::size_t count) {
    if (count > static_cast<std::size_t>(bytes_)) {
      return absl::ResourceExhaustedError("the chat template makes too much text");
    }
    bytes_ -= static_cast<std::int64_t>(count);
    return absl::OkStatus();
  }

 private:
  std::int64_t steps_ = kMaxSteps;
  std::int64_t bytes_ = kMaxBytes;
};

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_BUDGET_H_
