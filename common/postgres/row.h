#ifndef CLIENTELE_COMMON_POSTGRES_ROW_H_
#define CLIENTELE_COMMON_POSTGRES_ROW_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::postgres {

namespace internal {
class ResultData;
}  // namespace internal

// One row of a result; columns by position, from 0.
//
//   for (const Row row : result) out.push_back({row.Text(0), row.Time(1), row.OptionalDouble(2)});
//
// NULL reads as the type's zero value ("", 0, false, the Unix epoch, an empty
// vector); ask IsNull() or use the Optional forms where NULL means something.
// Reading a column that does not exist, or as a type that it is not, is a bug in
// the caller: it reads as zero and spoils the transaction, whose Transact()
// answers INTERNAL and commits nothing. (Reads after Transact() only give zero.)
//
// Cheap to copy. A Row and what TextView() returns live as long as their Result.
class Row {
 public:
  bool IsNull(int column) const;

  bool Bool(int column) const;
  int64_t Int64(int column) const;  // smallint, integer, bigint
  double Double(int column) const;  // real, double precision, numeric; NaN and infinities
  std::string Text(int column) const;
  absl::string_view TextView(int column) const;  // of any column: PostgreSQL's text form
  std::string Bytes(int column) const;           // bytea
  absl::Time Time(int column) const;             // timestamptz, timestamp (taken as UTC), date

  std::vector<std::string> TextArray(int column) const;  // one dimension; a NULL element reads ""
  std::vector<int64_t> Int64Array(int column) const;
  std::vector<double> DoubleArray(int column) const;
  std::vector<float> FloatArray(int column) const;

  std::optional<bool> OptionalBool(int column) const;
  std::optional<int64_t> OptionalInt64(int column) const;
  std::optional<double> OptionalDouble(int column) const;
  std::optional<std::string> OptionalText(int column) const;
  std::optional<std::string> OptionalBytes(int column) const;
  std::optional<absl::Time> OptionalTime(int column) const;

 private:
  friend class Result;
  Row(const internal::ResultData* data, std::size_t row) : data_(data), row_(row) {}

  const internal::ResultData* data_;
  std::size_t row_;
};

// The result of a statement. Copies share the rows; reading is thread-safe once the
// transaction has ended. May outlive the transaction and the pool.
class Result {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = const Row*;
    using reference = Row;

    Iterator(const Result* result, std::size_t row) : result_(result), row_(row) {}
    Row operator*() const { return (*result_)[row_]; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return row_ == other.row_; }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

   private:
    const Result* result_;
    std::size_t row_;
  };

  // An empty result.
  Result();
  explicit Result(std::shared_ptr<const internal::ResultData> data);

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  // `row` < size().
  Row operator[](std::size_t row) const { return Row(data_.get(), row); }
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, size()); }
  // Rows inserted, updated, deleted or selected.
  int64_t affected_rows() const;

 private:
  std::shared_ptr<const internal::ResultData> data_;
};

}  // namespace clientele::postgres

#endif  // CLIENTELE_COMMON_POSTGRES_ROW_H_
