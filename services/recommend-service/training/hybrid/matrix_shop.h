#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_MATRIX_SHOP_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_MATRIX_SHOP_H_

// A matrix of customers and items as what the service stores, so that it is measured with the code
// that serves.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "services/recommend-service/core/interactions/interaction_store.h"
#include "services/recommend-service/core/training/training.h"
#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

// A matrix has no times: all that was done was done now, or, where its order is known, just before.
inline constexpr absl::Time kAnyTime = absl::UnixEpoch();

// An item's id; ids are in the order of the columns.
std::string ColumnId(std::int64_t column);
std::int64_t ColumnOf(absl::string_view id);

// A purchase of each; ascending columns. `order`: the same in the order of their purchases, which
// are then as many seconds before kAnyTime; empty: it is not known.
std::vector<ItemHistory> HistoryOf(absl::Span<const std::int32_t> columns,
                                   absl::Span<const std::int32_t> order = {});

// All customers and the items of these columns, which ascend and have all entries.
TrainingSet SetOf(const SparseMatrix& interactions, absl::Span<const std::int32_t> columns);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_MATRIX_SHOP_H_
