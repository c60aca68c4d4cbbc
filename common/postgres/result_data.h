#ifndef CLIENTELE_COMMON_POSTGRES_RESULT_DATA_H_
#define CLIENTELE_COMMON_POSTGRES_RESULT_DATA_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/string_view.h"

namespace clientele::postgres::internal {

// The cells behind a Result, in PostgreSQL's text form. Implemented over libpqxx
// in connection.cc, and by hand in tests.
class ResultData {
 public:
  virtual ~ResultData() = default;
  virtual std::size_t rows() const = 0;
  virtual int columns() const = 0;
  virtual int64_t affected_rows() const = 0;
  // `row` and `column` are in range; nullopt for NULL.
  virtual std::optional<absl::string_view> Cell(std::size_t row, int column) const = 0;

  // A column was read as what it is not.
  void MarkMisread() const { misread_->store(true, std::memory_order_relaxed); }
  // Shared with the transaction, which answers INTERNAL when it is set.
  const std::shared_ptr<std::atomic<bool>>& misread() const { return misread_; }

 protected:
  explicit ResultData(std::shared_ptr<std::atomic<bool>> misread) : misread_(std::move(misread)) {}

 private:
  std::shared_ptr<std::atomic<bool>> misread_;
};

}  // namespace clientele::postgres::internal

#endif  // CLIENTELE_COMMON_POSTGRES_RESULT_DATA_H_
