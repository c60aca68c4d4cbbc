#include "common/paging/page_builder.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele::paging {
namespace {

std::size_t Length(const std::string& text) { return text.size(); }

TEST_CASE("a page holds as many rows as were asked for") {
  std::vector<std::string> rows = {"a", "b", "c"};
  CHECK(CutPage(rows, 2, Length));
  CHECK(rows == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(CutPage(rows, 2, Length));
  CHECK(rows.size() == 2);
}

TEST_CASE("a page ends before it outgrows its bytes, and goes on at the next row") {
  std::vector<std::string> rows(1000, std::string(16 << 10, 'x'));
  std::size_t pages = 0;
  std::size_t seen = 0;
  for (bool more = true; more; ++pages) {
    std::vector<std::string> page(rows.begin() + static_cast<std::ptrdiff_t>(seen), rows.end());
    more = CutPage(page, 1000, Length);
    REQUIRE_FALSE(page.empty());
    CHECK(page.size() * (16 << 10) <= kMaxPageBytes);
    seen += page.size();
  }
  CHECK(seen == 1000);
  CHECK(pages == 8);
}

TEST_CASE("a row that is larger than a page is a page of its own") {
  std::vector<std::string> rows = {std::string(100, 'x'), "a"};
  CHECK(CutPage(rows, 10, Length, 50));
  CHECK(rows.size() == 1);
  rows = {"a", std::string(100, 'x'), "b"};
  CHECK(CutPage(rows, 10, Length, 50));
  CHECK(rows.size() == 1);
}

TEST_CASE("nothing joins a page that has ended") {
  PageBudget budget(10, 5);
  CHECK(budget.Take(3));
  CHECK_FALSE(budget.Take(3));
  CHECK_FALSE(budget.Take(1));
}

}  // namespace
}  // namespace clientele::paging
