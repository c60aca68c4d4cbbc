#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SPARSE_MATRIX_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SPARSE_MATRIX_H_

// A matrix of which few entries are there, in compressed rows.
//
//   const SparseMatrix by_customer = CompressRows(entries, customers, items);
//   const SparseMatrix by_item = Transpose(by_customer);
//   for (const std::int32_t item : by_customer.Columns(customer)) ...
//
// Pure functions, thread-safe.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace clientele::recommend {

struct SparseEntry {
  std::int32_t row = 0;
  std::int32_t column = 0;
  float value = 1;
};

struct SparseMatrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<std::int64_t> begin = {0};  // rows + 1
  std::vector<std::int32_t> column;       // ascending in each row
  std::vector<float> value;

  std::int64_t entries() const { return begin.back(); }
  std::int64_t RowEntries(std::int64_t row) const {
    return begin[static_cast<std::size_t>(row) + 1] - begin[static_cast<std::size_t>(row)];
  }
  absl::Span<const std::int32_t> Columns(std::int64_t row) const {
    return absl::MakeConstSpan(column).subspan(
        static_cast<std::size_t>(begin[static_cast<std::size_t>(row)]),
        static_cast<std::size_t>(RowEntries(row)));
  }
  absl::Span<const float> Values(std::int64_t row) const {
    return absl::MakeConstSpan(value).subspan(
        static_cast<std::size_t>(begin[static_cast<std::size_t>(row)]),
        static_cast<std::size_t>(RowEntries(row)));
  }
};

// Entries in any order, inside the bounds; of a pair that is there twice both entries stay.
SparseMatrix CompressRows(absl::Span<const SparseEntry> entries, std::int64_t rows,
                          std::int64_t columns);

SparseMatrix Transpose(const SparseMatrix& matrix);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SPARSE_MATRIX_H_
