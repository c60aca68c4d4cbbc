#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {
namespace {

// Columns ascend in each row when the entries are given by ascending column.
SparseMatrix BucketByRow(absl::Span<const SparseEntry> entries, std::int64_t rows,
                         std::int64_t columns) {
  SparseMatrix matrix;
  matrix.rows = rows;
  matrix.columns = columns;
  matrix.begin.assign(static_cast<std::size_t>(rows) + 1, 0);
  for (const SparseEntry& entry : entries) ++matrix.begin[static_cast<std::size_t>(entry.row) + 1];
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
    matrix.begin[row + 1] += matrix.begin[row];
  }
  matrix.column.resize(entries.size());
  matrix.value.resize(entries.size());
  std::vector<std::int64_t> next(matrix.begin.begin(), matrix.begin.end() - 1);
  for (const SparseEntry& entry : entries) {
    const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(entry.row)]++);
    matrix.column[at] = entry.column;
    matrix.value[at] = entry.value;
  }
  return matrix;
}

}  // namespace

SparseMatrix Transpose(const SparseMatrix& matrix) {
  std::vector<SparseEntry> entries;
  entries.reserve(matrix.column.size());
  for (std::int64_t row = 0; row < matrix.rows; ++row) {
    for (std::int64_t at = matrix.begin[static_cast<std::size_t>(row)];
         at < matrix.begin[static_cast<std::size_t>(row) + 1]; ++at) {
      entries.push_back({matrix.column[static_cast<std::size_t>(at)],
                         static_cast<std::int32_t>(row),
                         matrix.value[static_cast<std::size_t>(at)]});
    }
  }
  return BucketByRow(entries, matrix.columns, matrix.rows);
}

SparseMatrix CompressRows(absl::Span<const SparseEntry> entries, std::int64_t rows,
                          std::int64_t columns) {
  // A matrix transposed twice has its columns in order.
  return Transpose(Transpose(BucketByRow(entries, rows, columns)));
}

}  // namespace clientele::recommend
