#include "common/postgres/row.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/postgres/result_data.h"

namespace clientele::postgres {
namespace {

class FakeData final : public internal::ResultData {
 public:
  explicit FakeData(std::vector<std::optional<std::string>> cells)
      : ResultData(std::make_shared<std::atomic<bool>>(false)), cells_(std::move(cells)) {}
  std::size_t rows() const override { return 1; }
  int columns() const override { return static_cast<int>(cells_.size()); }
  int64_t affected_rows() const override { return 1; }
  std::optional<absl::string_view> Cell(std::size_t, int column) const override {
    const auto& cell = cells_[static_cast<std::size_t>(column)];
    if (!cell.has_value()) return std::nullopt;
    return absl::string_view(*cell);
  }

 private:
  const std::vector<std::optional<std::string>> cells_;
};

struct OneRow {
  explicit OneRow(std::vector<std::optional<std::string>> cells)
      : data(std::make_shared<FakeData>(std::move(cells))), result(data) {}
  Row row() const { return result[0]; }
  bool misread() const { return data->misread()->load(); }

  std::shared_ptr<FakeData> data;
  Result result;
};

TEST_CASE("columns are read from PostgreSQL's text form") {
  const OneRow r({"t", "-42", "1.5e-3", "x", "\\x00ff", "2024-02-29 12:00:00.5+00"});
  CHECK(r.row().Bool(0));
  CHECK(r.row().Int64(1) == -42);
  CHECK(r.row().Double(2) == 0.0015);
  CHECK(r.row().Text(3) == "x");
  CHECK(r.row().Bytes(4) == std::string("\0\xff", 2));
  CHECK(r.row().Time(5) ==
        absl::FromCivil(absl::CivilSecond(2024, 2, 29, 12, 0, 0), absl::UTCTimeZone()) +
            absl::Milliseconds(500));
  CHECK_FALSE(r.misread());
}

TEST_CASE("NULL reads as zero and is not a misreading") {
  const OneRow r({std::nullopt});
  CHECK(r.row().IsNull(0));
  CHECK(r.row().Int64(0) == 0);
  CHECK(r.row().Text(0).empty());
  CHECK(r.row().Time(0) == absl::UnixEpoch());
  CHECK(r.row().TextArray(0).empty());
  CHECK_FALSE(r.row().OptionalText(0).has_value());
  CHECK_FALSE(r.misread());
}

TEST_CASE("reading what a column is not gives zero and is noted") {
  const auto misread = [](const char* cell, auto read) {
    const OneRow r({cell});
    read(r.row());
    return r.misread();
  };
  CHECK(misread("x", [](Row row) { CHECK(row.Int64(0) == 0); }));
  CHECK(misread("12x", [](Row row) { CHECK(row.Int64(0) == 0); }));
  CHECK(misread("9223372036854775808", [](Row row) { CHECK(row.Int64(0) == 0); }));
  CHECK(misread("", [](Row row) { CHECK(row.Double(0) == 0); }));
  CHECK(misread("1", [](Row row) { CHECK_FALSE(row.Bool(0)); }));
  CHECK(misread("abc", [](Row row) { CHECK(row.Bytes(0).empty()); }));
  CHECK(misread("\\x0", [](Row row) { CHECK(row.Bytes(0).empty()); }));
  CHECK(misread("\\x0g", [](Row row) { CHECK(row.Bytes(0).empty()); }));
  CHECK(misread("yesterday", [](Row row) { CHECK(row.Time(0) == absl::UnixEpoch()); }));
  CHECK(misread("{1", [](Row row) { CHECK(row.Int64Array(0).empty()); }));
  CHECK(misread("{{1},{2}}", [](Row row) { CHECK(row.Int64Array(0).empty()); }));
  CHECK(misread("x", [](Row row) { CHECK(row.Text(1).empty()); }));
  CHECK(misread("x", [](Row row) { CHECK(row.Text(-1).empty()); }));
}

TEST_CASE("an empty result has no rows") {
  const Result nothing;
  CHECK(nothing.empty());
  CHECK(nothing.begin() == nothing.end());
}

}  // namespace
}  // namespace clientele::postgres
