// Equality with Jinja2, on what it rendered: own templates in tests/data/chat/templates.json, and
// the published ones of ../shared/chat where it is.

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "common/text/chat/chat_template.h"
#include "tests/support/paths.h"

namespace clientele::text {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json ReadJson(const fs::path& path) {
  std::ifstream in(path);
  return Json::parse(in);
}

TEST_CASE("every construct of the language renders as Jinja2 renders it") {
  const Json golden =
      ReadJson(fs::path(clientele::testing::SourceDir()) / "tests/data/chat/templates.json");
  REQUIRE(golden["cases"].size() > 90);
  for (const Json& expected : golden["cases"]) {
    INFO(expected["template"].get<std::string>());
    const Json config = {
        {"chat_template", expected["template"]}, {"bos_token", "<s>"}, {"eos_token", "</s>"}};
    const auto chat = ChatTemplate::FromTokenizerConfig(config.dump());
    INFO(chat.status());
    REQUIRE(chat.ok());
    const bool empty = expected["empty"];
    const auto prompt = (*chat)->Render(empty ? Json::array() : golden["messages"],
                                        {.add_generation_prompt = !empty});
    INFO(prompt.status());
    REQUIRE(prompt.ok() == expected.contains("rendered"));
    if (prompt.ok()) CHECK(prompt->text == expected["rendered"].get<std::string>());
  }
}

TEST_CASE("published templates render the reference's prompts, or refuse in its words") {
  const fs::path shared = fs::path(clientele::testing::SourceDir()) / "../shared/chat";
  if (!fs::exists(shared)) SKIP("shared/chat is not here");
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(shared)) {
    const std::string name = entry.path().filename().string();
    const std::size_t end = name.find(".golden.json");
    if (end == std::string::npos) continue;
    const Json config = ReadJson(shared / (name.substr(0, end) + ".tokenizer_config.json"));
    const auto chat = ChatTemplate::FromTokenizerConfig(config.dump());
    INFO(name << ": " << chat.status());
    REQUIRE(chat.ok());
    const Json golden = ReadJson(entry.path());
    for (const Json& expected : golden["cases"]) {
      INFO(expected["name"].get<std::string>());
      const auto prompt =
          (*chat)->Render(expected["messages"],
                          {.add_generation_prompt = expected["add_generation_prompt"].get<bool>()});
      ++cases;
      if (expected.contains("error")) {
        CHECK(prompt.status().message() == expected["error"].get<std::string>());
      } else {
        INFO(prompt.status());
        REQUIRE(prompt.ok());
        CHECK(prompt->text == expected["rendered"].get<std::string>());
      }
    }
  }
  CHECK(cases > 0);
}

}  // namespace
}  // namespace clientele::text
