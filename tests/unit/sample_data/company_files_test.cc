#include "tools/sample-data/company_files.h"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "tools/sample-data/articles.h"

namespace clientele::sample {
namespace {

namespace fs = std::filesystem;

// A folder of its own, removed with the test.
class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() /
              ("sample-data-test-" + std::to_string(getpid()) + "-" + std::to_string(++count_))) {}
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  static inline int count_ = 0;
  fs::path path_;
};

std::map<std::string, std::string> Contents(const fs::path& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    contents[fs::relative(entry.path(), folder).string()] = text.str();
  }
  return contents;
}

std::map<std::string, std::string> Generate(uint64_t seed) {
  const Folder folder;
  REQUIRE(WriteCompany(MakeCompany({.seed = seed, .customers = 120, .items = 60, .months = 3}),
                       folder.path())
              .ok());
  return Contents(folder.path());
}

// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool Utf8(const std::string& text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const int more = byte < 0x80   ? 0
                     : byte < 0xc2 ? -1
                     : byte < 0xe0 ? 1
                     : byte < 0xf0 ? 2
                     : byte < 0xf5 ? 3
                                   : -1;
    if (more < 0 || i + more >= text.size() + (more == 0 ? 1 : 0)) return false;
    uint32_t code = more == 0 ? byte : byte & (0x3f >> more);
    for (int k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      code = code << 6 | (next & 0x3f);
    }
    if ((more == 2 && code < 0x800) || (more == 3 && code < 0x10000) || code > 0x10ffff ||
        (code >= 0xd800 && code < 0xe000)) {
      return false;
    }
    i += more + 1;
  }
  return true;
}

// The field of every line after the header; for columns before any quoted one.
std::vector<std::string> Column(const std::string& csv, int column) {
  std::vector<std::string> values;
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string field;
    for (int i = 0; i <= column; ++i) std::getline(fields, field, ',');
    values.push_back(field);
  }
  return values;
}

TEST_CASE("the same seed gives the same bytes in every file, and another seed others") {
  const auto first = Generate(7);
  CHECK(first == Generate(7));
  const auto other = Generate(8);
  CHECK(first.at("customers.csv") != other.at("customers.csv"));
  CHECK(first.at("items.csv") != other.at("items.csv"));
  CHECK(first.at("events.csv") != other.at("events.csv"));
  CHECK(first.at("articles.csv") == other.at("articles.csv"));
  CHECK(first.size() == 7 + 60);
}

TEST_CASE("every reference in the files resolves") {
  const auto files = Generate(7);
  const auto set_of = [](const std::vector<std::string>& values) {
    return std::set<std::string>(values.begin(), values.end());
  };
  const auto customers = set_of(Column(files.at("customers.csv"), 0));
  const auto items = set_of(Column(files.at("items.csv"), 0));
  CHECK(customers.size() == 120);
  CHECK(items.size() == 60);
  for (const auto& id : Column(files.at("consents.csv"), 0)) REQUIRE(customers.contains(id));
  std::set<std::string> ids;
  for (const auto& id : Column(files.at("events.csv"), 0)) CHECK(ids.insert(id).second);
  for (const auto& id : Column(files.at("events.csv"), 1)) REQUIRE(customers.contains(id));
  for (const auto& id : Column(files.at("events.csv"), 4)) {
    REQUIRE((id.empty() || items.contains(id)));
  }
  for (const auto& id : items) CHECK(files.at("images/" + id + ".png").starts_with("\x89PNG"));
}

TEST_CASE("all text is UTF-8") {
  CHECK(Utf8("aé中\xF0\x9F\x98\x80"));
  CHECK_FALSE(Utf8("\xC3"));
  CHECK_FALSE(Utf8("\xC0\xAF"));
  for (const auto& [name, content] : Generate(7)) {
    if (name.ends_with(".png")) continue;
    INFO(name);
    CHECK(Utf8(content));
  }
}

TEST_CASE("both languages cover the same fifty topics with the same number of questions") {
  REQUIRE(EnglishArticles().size() == 50);
  REQUIRE(ChineseArticles().size() == 50);
  std::set<std::string> topics;
  for (size_t i = 0; i < 50; ++i) {
    const ArticleText& en = EnglishArticles()[i];
    const ArticleText& zh = ChineseArticles()[i];
    CHECK(topics.insert(en.topic).second);
    CHECK(en.topic == zh.topic);
    CHECK(en.questions.size() == zh.questions.size());
  }
}

TEST_CASE("held-out questions name an article and are copied from none") {
  std::set<std::string> topics;
  std::string all_text;
  for (const auto* articles : {&EnglishArticles(), &ChineseArticles()}) {
    for (const ArticleText& article : *articles) {
      topics.insert(article.topic);
      all_text += article.title + "\n" + article.body + "\n";
      for (const std::string& question : article.questions) all_text += question + "\n";
    }
  }
  int answerable = 0;
  int unanswerable = 0;
  for (const HeldOutQuestion& question : HeldOutQuestions()) {
    INFO(question.question);
    CHECK(all_text.find(question.question) == std::string::npos);
    if (question.topic.empty()) {
      ++unanswerable;
    } else {
      ++answerable;
      CHECK(topics.contains(question.topic));
    }
  }
  CHECK(answerable >= 80);
  CHECK(unanswerable == 20);
}

TEST_CASE("a field with commas, quotes or line ends is quoted") {
  CHECK(CsvLine({"a", "b,c", "say \"hi\"", ""}) == "a,\"b,c\",\"say \"\"hi\"\"\",\n");
}

TEST_CASE("a folder that cannot be written is an error that says so") {
  const Folder folder;
  fs::create_directories(folder.path());
  std::ofstream(folder.path() / "file") << "x";
  const absl::Status status =
      WriteCompany(MakeCompany({.customers = 1, .items = 1, .months = 1}), folder.path() / "file");
  CHECK(status.code() == absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace clientele::sample
