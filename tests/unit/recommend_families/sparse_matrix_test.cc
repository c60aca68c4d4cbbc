#include "services/recommend-service/training/sparse_matrix.h"

#include <random>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

std::vector<std::vector<float>> Dense(const SparseMatrix& matrix) {
  std::vector<std::vector<float>> dense(
      static_cast<std::size_t>(matrix.rows),
      std::vector<float>(static_cast<std::size_t>(matrix.columns)));
  for (std::int64_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t e = 0; e < matrix.Columns(row).size(); ++e) {
      dense[static_cast<std::size_t>(row)][static_cast<std::size_t>(matrix.Columns(row)[e])] +=
          matrix.Values(row)[e];
    }
  }
  return dense;
}

TEST_CASE("compressed rows hold every entry, with ascending columns") {
  std::mt19937 random(3);
  std::vector<std::vector<float>> expected(7, std::vector<float>(5, 0));
  std::vector<SparseEntry> entries;
  for (int n = 0; n < 60; ++n) {
    const SparseEntry entry{static_cast<std::int32_t>(random() % 7),
                            static_cast<std::int32_t>(random() % 5), static_cast<float>(n)};
    expected[static_cast<std::size_t>(entry.row)][static_cast<std::size_t>(entry.column)] +=
        entry.value;
    entries.push_back(entry);
  }
  const SparseMatrix matrix = CompressRows(entries, 7, 5);
  CHECK(matrix.entries() == 60);
  CHECK(Dense(matrix) == expected);
  for (std::int64_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t e = 1; e < matrix.Columns(row).size(); ++e) {
      CHECK(matrix.Columns(row)[e - 1] <= matrix.Columns(row)[e]);
    }
  }
}

TEST_CASE("a transposed matrix has rows and columns exchanged, and empty rows stay") {
  const SparseMatrix matrix =
      CompressRows(std::vector<SparseEntry>{{2, 0, 5}, {0, 1, 3}, {2, 3, 7}}, 4, 4);
  const SparseMatrix transposed = Transpose(matrix);
  CHECK(Dense(transposed) ==
        std::vector<std::vector<float>>{{0, 0, 5, 0}, {3, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 7, 0}});
  CHECK(transposed.RowEntries(2) == 0);
}

}  // namespace
}  // namespace clientele::recommend
