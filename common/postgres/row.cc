#include "common/postgres/row.h"

#include <array>
#include <atomic>
#include <charconv>
#include <utility>

#include "common/postgres/array_literal.h"
#include "common/postgres/result_data.h"
#include "common/postgres/time_text.h"

namespace clientele::postgres {
namespace {

class NoRows final : public internal::ResultData {
 public:
  NoRows() : ResultData(std::make_shared<std::atomic<bool>>(false)) {}
  std::size_t rows() const override { return 0; }
  int columns() const override { return 0; }
  int64_t affected_rows() const override { return 0; }
  std::optional<absl::string_view> Cell(std::size_t, int) const override { return std::nullopt; }
};

std::optional<absl::string_view> Read(const internal::ResultData& data, std::size_t row,
                                      int column) {
  if (row >= data.rows() || column < 0 || column >= data.columns()) {
    data.MarkMisread();
    return std::nullopt;
  }
  return data.Cell(row, column);
}

std::optional<bool> ParseBool(absl::string_view text) {
  if (text == "t") return true;
  if (text == "f") return false;
  return std::nullopt;
}

template <typename T>
std::optional<T> ParseNumber(absl::string_view text) {
  T number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::optional<std::string> ParseBytes(absl::string_view text) {
  if (text.size() % 2 != 0 || text.substr(0, 2) != "\\x") return std::nullopt;
  static constexpr std::array<int, 256> kDigits = [] {
    std::array<int, 256> digits{};
    for (int c = 0; c < 256; ++c) {
      digits[c] = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }
    return digits;
  }();
  std::string bytes(text.size() / 2 - 1, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = kDigits[static_cast<unsigned char>(text[2 * i + 2])];
    const int low = kDigits[static_cast<unsigned char>(text[2 * i + 3])];
    if ((high | low) < 0) return std::nullopt;
    bytes[i] = static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::optional<std::string> CopyText(absl::string_view text) { return std::string(text); }

// The column's value, nullopt for NULL and (noted) for what is not a T.
template <typename T>
std::optional<T> Parse(const internal::ResultData& data, std::size_t row, int column,
                       std::optional<T> (*parse)(absl::string_view)) {
  const auto cell = Read(data, row, column);
  if (!cell.has_value()) return std::nullopt;
  std::optional<T> value = parse(*cell);
  if (!value.has_value()) data.MarkMisread();
  return value;
}

template <typename T>
std::vector<T> ParseElements(const internal::ResultData& data, std::size_t row, int column,
                             std::optional<T> (*parse)(absl::string_view)) {
  std::vector<T> values;
  const auto cell = Read(data, row, column);
  if (!cell.has_value()) return values;
  const auto elements = internal::ParseArray(*cell);
  if (!elements.has_value()) {
    data.MarkMisread();
    return values;
  }
  values.reserve(elements->size());
  for (const auto& element : *elements) {
    std::optional<T> value = element.has_value() ? parse(*element) : T{};
    if (!value.has_value()) data.MarkMisread();
    values.push_back(std::move(value).value_or(T{}));
  }
  return values;
}

}  // namespace

bool Row::IsNull(int column) const { return !Read(*data_, row_, column).has_value(); }

std::optional<bool> Row::OptionalBool(int column) const {
  return Parse<bool>(*data_, row_, column, ParseBool);
}
std::optional<int64_t> Row::OptionalInt64(int column) const {
  return Parse<int64_t>(*data_, row_, column, ParseNumber<int64_t>);
}
std::optional<double> Row::OptionalDouble(int column) const {
  return Parse<double>(*data_, row_, column, ParseNumber<double>);
}
std::optional<std::string> Row::OptionalText(int column) const {
  return Parse<std::string>(*data_, row_, column, CopyText);
}
std::optional<std::string> Row::OptionalBytes(int column) const {
  return Parse<std::string>(*data_, row_, column, ParseBytes);
}
std::optional<absl::Time> Row::OptionalTime(int column) const {
  return Parse<absl::Time>(*data_, row_, column, internal::ParseTime);
}

bool Row::Bool(int column) const { return OptionalBool(column).value_or(false); }
int64_t Row::Int64(int column) const { return OptionalInt64(column).value_or(0); }
double Row::Double(int column) const { return OptionalDouble(column).value_or(0); }
std::string Row::Text(int column) const { return std::string(TextView(column)); }
absl::string_view Row::TextView(int column) const {
  return Read(*data_, row_, column).value_or(absl::string_view());
}
std::string Row::Bytes(int column) const { return OptionalBytes(column).value_or(""); }
absl::Time Row::Time(int column) const { return OptionalTime(column).value_or(absl::UnixEpoch()); }

std::vector<std::string> Row::TextArray(int column) const {
  return ParseElements<std::string>(*data_, row_, column, CopyText);
}
std::vector<int64_t> Row::Int64Array(int column) const {
  return ParseElements<int64_t>(*data_, row_, column, ParseNumber<int64_t>);
}
std::vector<double> Row::DoubleArray(int column) const {
  return ParseElements<double>(*data_, row_, column, ParseNumber<double>);
}
std::vector<float> Row::FloatArray(int column) const {
  return ParseElements<float>(*data_, row_, column, ParseNumber<float>);
}

Result::Result() : data_(std::make_shared<NoRows>()) {}

Result::Result(std::shared_ptr<const internal::ResultData> data) : data_(std::move(data)) {}

std::size_t Result::size() const { return data_->rows(); }

int64_t Result::affected_rows() const { return data_->affected_rows(); }

}  // namespace clientele::postgres
