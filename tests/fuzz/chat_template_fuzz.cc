// A chat template and, after the first NUL byte, a conversation in JSON.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/string_view.h"

#include "common/text/chat/chat_template.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using clientele::fuzz::Require;
  namespace text = clientele::text;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), input.size());
  const nlohmann::ordered_json config = {{"chat_template", std::string(input.substr(0, end))},
                                         {"bos_token", "<s>"}};
  const std::string json =
      config.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  const auto chat = text::ChatTemplate::FromTokenizerConfig(json);
  if (!chat.ok()) return 0;
  const absl::string_view rest = end < input.size() ? input.substr(end + 1) : "";
  auto messages = nlohmann::ordered_json::parse(rest.begin(), rest.end(), nullptr, false);
  if (messages.is_discarded()) {
    messages = {{{"role", "user"}, {"content", "hello"}}, {{"role", "assistant"}, {"content", ""}}};
  }
  const auto prompt = (*chat)->Render(messages);
  if (!prompt.ok()) return 0;
  std::size_t at = 0;
  for (const text::chat::TextSpan& span : prompt->conversation) {
    Require(span.begin >= at && span.begin < span.end && span.end <= prompt->text.size(),
            "spans are in order and inside the prompt");
    at = span.end;
  }
  return 0;
}
