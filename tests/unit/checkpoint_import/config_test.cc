#include "common/modeling/checkpoint/config.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

namespace clientele::models {
namespace {

using Json = nlohmann::json;

TEST_CASE("Absent and null fields take their fallbacks") {
  modeling::Config config(Json{{"a", nullptr}}, "config.json");
  CHECK_FALSE(config.Has("a"));
  CHECK(config.Int("a", 7, 0, 10) == 7);
  CHECK(config.Float("b", 0.5) == 0.5);
  CHECK(config.Bool("b", true));
  CHECK(config.String("b", "gelu") == "gelu");
  CHECK(config.Ints("b", 0, 1).empty());
  CHECK(config.Object("b").Int("c", 3, 0, 10) == 3);
  CHECK(config.status().ok());
}

TEST_CASE("Fields are read as what they are") {
  modeling::Config config(Json::parse(R"({"i": 12, "f": 1e-5, "whole": 2, "b": false, "s": "relu",
                                "one": 2, "many": [3, 4], "o": {"x": 1},
                                "labels": {"1": "b", "0": "a"}})"),
                          "config.json");
  CHECK(config.Int("i", 0, 0, 100) == 12);
  CHECK(config.Float("f", 0) == 1e-5);
  CHECK(config.Float("whole", 0) == 2.0);
  CHECK_FALSE(config.Bool("b", true));
  CHECK(config.String("s", "") == "relu");
  CHECK(config.Ints("one", 0, 10) == std::vector<std::int64_t>{2});
  CHECK(config.Ints("many", 0, 10) == std::vector<std::int64_t>{3, 4});
  CHECK(config.Object("o").Int("x", 0, 0, 5) == 1);
  CHECK(config.Labels("labels") == std::vector<std::string>{"a", "b"});
  CHECK(config.status().ok());
}

TEST_CASE("The first wrong field is kept with its file and what it must be") {
  modeling::Config config(Json::parse(R"({"layers": 99999999999999999999, "heads": "twelve"})"),
                          "config.json");
  CHECK(config.Int("layers", 1, 1, 1024) == 1);
  CHECK(config.Int("heads", 1, 1, 1024) == 1);
  CHECK(absl::IsInvalidArgument(config.status()));
  CHECK(absl::StrContains(config.status().message(), "config.json: layers"));
  CHECK(absl::StrContains(config.status().message(), "[1, 1024]"));
}

TEST_CASE("Numbers that are not whole or finite, and gaps in labels, are refused") {
  const auto status = [](const char* json, auto read) {
    modeling::Config config(Json::parse(json), "config.json");
    read(config);
    return config.status();
  };
  CHECK_FALSE(status(R"({"x": 1.5})", [](modeling::Config& c) { c.Int("x", 0, 0, 9); }).ok());
  CHECK_FALSE(status(R"({"x": -1})", [](modeling::Config& c) { c.Int("x", 0, 0, 9); }).ok());
  CHECK_FALSE(status(R"({"x": 18446744073709551615})", [](modeling::Config& c) {
                c.Int("x", 0, 0, 9);
              }).ok());
  CHECK_FALSE(status(R"({"x": "1"})", [](modeling::Config& c) { c.Float("x", 0); }).ok());
  CHECK_FALSE(status(R"({"x": 1})", [](modeling::Config& c) { c.Bool("x", false); }).ok());
  CHECK_FALSE(status(R"({"x": [1, "a"]})", [](modeling::Config& c) { c.Ints("x", 0, 9); }).ok());
  CHECK_FALSE(status(R"({"x": [1]})", [](modeling::Config& c) { c.Strings("x"); }).ok());
  CHECK_FALSE(
      status(R"({"x": {"0": "a", "2": "b"}})", [](modeling::Config& c) { c.Labels("x"); }).ok());
  CHECK_FALSE(status("[1]", [](modeling::Config&) {}).ok());
}

}  // namespace
}  // namespace clientele::models
