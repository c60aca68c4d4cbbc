#include "services/recommend-service/training/hybrid/matrix_shop.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace clientele::recommend {

std::string ColumnId(std::int64_t column) { return absl::StrFormat("%010d", column); }

std::int64_t ColumnOf(absl::string_view id) {
  std::int64_t column = 0;
  for (const char digit : id) column = column * 10 + (digit - '0');
  return column;
}

std::vector<ItemHistory> HistoryOf(absl::Span<const std::int32_t> columns,
                                   absl::Span<const std::int32_t> order) {
  std::vector<ItemHistory> history;
  history.reserve(columns.size());
  for (const std::int32_t column : columns) {
    ItemHistory& one = history.emplace_back();
    one.item_id = ColumnId(column);
    one.purchases = 1;
    one.first_time = one.last_time = kAnyTime;
  }
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto column = std::lower_bound(columns.begin(), columns.end(), order[at]);
    if (column == columns.end() || *column != order[at]) continue;
    ItemHistory& one = history[static_cast<std::size_t>(column - columns.begin())];
    one.first_time = one.last_time = kAnyTime - absl::Seconds(order.size() - at);
  }
  return history;
}

TrainingSet SetOf(const SparseMatrix& interactions, absl::Span<const std::int32_t> columns) {
  TrainingSet set;
  std::vector<std::int32_t> number(static_cast<std::size_t>(interactions.columns), -1);
  for (const std::int32_t column : columns) {
    number[static_cast<std::size_t>(column)] = static_cast<std::int32_t>(set.item_ids.size());
    set.item_ids.push_back(ColumnId(column));
  }
  for (std::int64_t row = 0; row < interactions.rows; ++row) {
    set.customer_ids.push_back(ColumnId(row));
    for (const std::int32_t column : interactions.Columns(row)) {
      set.examples.push_back(
          {static_cast<std::int32_t>(row), number[static_cast<std::size_t>(column)], 1, 0});
    }
  }
  set.customer_revisions.assign(set.customer_ids.size(), 0);
  set.interaction_count = static_cast<std::int64_t>(set.examples.size());
  return set;
}

}  // namespace clientele::recommend
