#include "common/text/chat/chat_template.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

namespace clientele::text {
namespace {

using Json = nlohmann::ordered_json;

absl::StatusOr<ChatPrompt> Render(const std::string& source, const Json& messages,
                                  const ChatRenderOptions& options = {}) {
  const Json config = {{"chat_template", source}, {"eos_token", "</s>"}};
  const auto chat = ChatTemplate::FromTokenizerConfig(config.dump());
  if (!chat.ok()) return chat.status();
  return (*chat)->Render(messages, options);
}

Json User(const std::string& content) { return {{{"role", "user"}, {"content", content}}}; }

// The parts of the prompt that came from the conversation.
std::vector<std::string> Traced(const ChatPrompt& prompt) {
  std::vector<std::string> parts;
  for (const chat::TextSpan& span : prompt.conversation) {
    parts.push_back(prompt.text.substr(span.begin, span.end - span.begin));
  }
  return parts;
}

TEST_CASE("a prompt says which of its bytes someone wrote, through every function on text") {
  const std::string content = "  hi </s> there ";
  struct Case {
    std::string expression;
    std::string text;
    std::vector<std::string> traced;
  };
  const auto [expression, text, traced] = GENERATE_COPY(
      Case{"'<|user|>' + content + eos_token", "<|user|>  hi </s> there </s>", {content}},
      Case{"content | trim", "hi </s> there", {"hi </s> there"}},
      Case{"content.strip() ~ '!'", "hi </s> there!", {"hi </s> there"}},
      Case{"content | upper", "  HI </S> THERE ", {"  HI </S> THERE "}},
      Case{"content[2:4]", "hi", {"hi"}},
      Case{"content.split('</s>') | join('|')", "  hi | there ", {"  hi ", " there "}},
      Case{"content | replace('hi', eos_token)", "  </s> </s> there ", {"  ", " </s> there "}},
      Case{"content | tojson", "\"  hi </s> there \"", {content}},
      Case{"[content]", "['  hi </s> there ']", {content}},
      Case{"'<' ~ (content | length) ~ '>'", "<16>", {}}, Case{"eos_token", "</s>", {}});
  const auto prompt =
      Render("{%- set content = messages[0].content -%}{{ " + expression + " }}", User(content));
  INFO(expression << ": " << prompt.status());
  REQUIRE(prompt.ok());
  CHECK(prompt->text == text);
  CHECK(Traced(*prompt) == traced);
}

TEST_CASE("what a message says is never run as a template") {
  const auto prompt = Render("{{ messages[0].content }}", User("{{ eos_token }}{% if x %}"));
  REQUIRE(prompt.ok());
  CHECK(prompt->text == "{{ eos_token }}{% if x %}");
}

TEST_CASE("syntax that is not known is refused by name when the template is read") {
  const auto [source, name] = GENERATE(table<std::string, std::string>({
      {"{% include 'x' %}", "'include'"},
      {"{% call f() %}{% endcall %}", "'call'"},
      {"{{ messages | shuffle }}", "filter 'shuffle'"},
      {"{{ messages is prime }}", "test 'prime'"},
      {"{{ messages | map('shuffle') }}", "filter 'shuffle'"},
      {"{{ messages | selectattr('role', 'prime') }}", "test 'prime'"},
      {"{{ messages.append(1) }}", "method 'append'"},
      {"{{ 'x'.format(1) }}", "method 'format'"},
      {"{{ open('/etc/passwd') }}", "function 'open'"},
      {"{{ (messages)() }}", "function 'messages'"},
      {"{% for m in messages recursive %}{% endfor %}", "'recursive'"},
      {"line\n{% for m in messages %}", "endfor"},
      {"{% break %}", "outside a loop"},
      {"a\nb {{ 'open", "line 2"},
      {"{{ 1 + }}", "}}"},
      {"{{ messages ]", "']' closes nothing"},
      {"{{ f(*messages) }}", "* or **"},
  }));
  const auto prompt = Render(source, User("hello"));
  INFO(source << ": " << prompt.status());
  CHECK(absl::IsInvalidArgument(prompt.status()));
  CHECK(absl::StrContains(prompt.status().message(), name));
  CHECK(absl::StartsWith(prompt.status().message(), "chat template, line "));
}

TEST_CASE("a refusal of the template is the message, and nothing is rendered") {
  const auto prompt = Render(
      "{% if messages | length > 0 %}{{ raise_exception('Roles must ' ~ 'alternate') }}{% endif %}",
      User("hello"));
  CHECK(absl::IsInvalidArgument(prompt.status()));
  CHECK(prompt.status().message() == "Roles must alternate");
}

TEST_CASE("what Python would not do is an error that names its line") {
  const auto [source, what] = GENERATE(table<std::string, std::string>({
      {"\n{{ nothing.at_all }}", "line 2: 'at_all' is asked of 'nothing', which is undefined"},
      {"{{ 'a' + 1 }}", "line 1: '+' does not fit str and int"},
      {"{{ 1 / 0 }}", "division by zero"},
      {"{{ 9223372036854775807 + 1 }}", "too large"},
      {"{% set a, b = [1] %}", "1 values for 2 names"},
      {"{{ messages < 1 }}", "'<' does not fit list and int"},
      {"{% set x.y = 1 %}", "'x' is no namespace"},
      {"{{ 'a' | tojson(nonsense=1) }}", "no parameter 'nonsense'"},
  }));
  const auto prompt = Render(source, User("hello"));
  INFO(source << ": " << prompt.status());
  CHECK(absl::IsInvalidArgument(prompt.status()));
  CHECK(absl::StrContains(prompt.status().message(), what));
}

TEST_CASE("no template takes more than its bounds of steps, text and nesting") {
  const std::string deep_brackets(5000, '(');
  std::string deep_blocks;
  for (int i = 0; i < 5000; ++i) deep_blocks += "{% if 1 %}";
  const std::string source = GENERATE_COPY(
      std::string(
          "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"),
      std::string("{{ 'x' * 1000000000 }}"),
      std::string("{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(64) %}"
                  "{% set ns.x = ns.x + ns.x %}{% endfor %}"),
      std::string("{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(64) %}"
                  "{% set ns.x = ns.x.replace('a', ns.x) %}{% endfor %}"),
      std::string("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"),
      std::string("{{ range(1000000000) }}"), std::string("{{ [0] * 1000000000 }}"),
      std::string("{{ 'a' | indent(1000000000) }}"), "{{ " + deep_brackets + " }}", deep_blocks);
  const auto prompt = Render(source, User("hello"));
  INFO(source.substr(0, 100) << ": " << prompt.status());
  CHECK((absl::IsResourceExhausted(prompt.status()) || absl::IsInvalidArgument(prompt.status())));
}

TEST_CASE("a config may name several templates and hold special tokens as objects") {
  const Json config = {
      {"chat_template",
       {{{"name", "tool_use"}, {"template", "tools"}},
        {{"name", "default"}, {"template", "{{ bos_token }}{{ messages[0].content }}"}}}},
      {"bos_token", {{"content", "<s>"}, {"lstrip", false}}},
      {"eos_token", nullptr}};
  const auto chat = ChatTemplate::FromTokenizerConfig(config.dump());
  REQUIRE(chat.ok());
  CHECK((*chat)->Render(User("hello"))->text == "<s>hello");
}

TEST_CASE("a config without a template, and one that is no JSON, say so") {
  CHECK(absl::IsNotFound(ChatTemplate::FromTokenizerConfig("{}").status()));
  CHECK(absl::IsInvalidArgument(ChatTemplate::FromTokenizerConfig("[").status()));
  CHECK(absl::IsInvalidArgument(
      ChatTemplate::FromTokenizerConfig(R"({"chat_template": [{"name": "rag"}]})").status()));
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += R"({"a":)";
  CHECK(absl::IsInvalidArgument(ChatTemplate::FromTokenizerConfig(nested).status()));
}

TEST_CASE("messages that are no list of objects with a role are refused") {
  for (const Json& messages : {Json("text"), Json::array({1}), Json::array({{{"content", "x"}}})}) {
    CHECK(absl::IsInvalidArgument(Render("x", messages).status()));
  }
}

TEST_CASE("strftime_now gives the time that the caller said, in UTC") {
  const auto prompt = Render("{{ strftime_now('%Y-%m-%d %H:%M') }}", User("hello"),
                             {.now = absl::FromUnixSeconds(1721995200)});
  REQUIRE(prompt.ok());
  CHECK(prompt->text == "2024-07-26 12:00");
}

}  // namespace
}  // namespace clientele::text
