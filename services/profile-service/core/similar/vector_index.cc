#include "services/profile-service/core/similar/vector_index.h"

#include <algorithm>
#include <mutex>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/topk/row_products.h"

namespace clientele::profile {
namespace {

// What finding a row by its customer takes, beside the id itself.
constexpr std::int64_t kBytesToFind = 120;

struct Found {
  float similarity = 0;
  const std::string* customer_id = nullptr;
};

bool Better(const Found& a, const Found& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity
                                      : *a.customer_id < *b.customer_id;
}

}  // namespace

absl::Span<float> VectorIndex::RowOf(Table& table, std::size_t row) {
  return absl::MakeSpan(table.blocks[row / kBlockRows].data() + row % kBlockRows * table.width,
                        table.width);
}

std::int64_t VectorIndex::BytesOf(const std::string& customer_id, std::size_t width) {
  return static_cast<std::int64_t>(width * sizeof(float) + 2 * customer_id.size()) + kBytesToFind;
}

void VectorIndex::DropLocked(const std::string& customer_id) {
  const auto found = places_.find(customer_id);
  if (found == places_.end()) return;
  const auto [at, row] = found->second;
  Table& table = at->second;
  const std::size_t last = table.ids.size() - 1;
  const absl::Span<float> gone = RowOf(table, row), moved = RowOf(table, last);
  if (row != last) {
    std::copy(moved.begin(), moved.end(), gone.begin());
    table.ids[row] = std::move(table.ids[last]);
    places_[table.ids[row]].row = row;
  }
  std::fill(moved.begin(), moved.end(), 0.0F);
  table.ids.pop_back();
  table.blocks.back().resize(table.blocks.back().size() - table.width);
  if (table.blocks.back().empty()) table.blocks.pop_back();
  bytes_ -= BytesOf(customer_id, table.width);
  places_.erase(found);
  if (table.ids.empty()) tables_.erase(at);
}

void VectorIndex::Put(const std::string& customer_id, const std::string& model_id,
                      absl::Span<const float> vector) {
  std::unique_lock lock(mutex_);
  const auto known = places_.find(customer_id);
  if (known != places_.end() && known->second.table->first == model_id &&
      known->second.table->second.width == vector.size()) {
    const absl::Span<float> row = RowOf(known->second.table->second, known->second.row);
    std::copy(vector.begin(), vector.end(), row.begin());
    return;
  }
  DropLocked(customer_id);
  const std::int64_t needed = BytesOf(customer_id, vector.size());
  if (bytes_ + needed > max_bytes_) {
    full_ = true;
    return;
  }
  const auto at = tables_.try_emplace(model_id).first;
  Table& table = at->second;
  if (table.ids.empty()) table.width = vector.size();
  if (table.width != vector.size()) return;  // no two of a model differ
  if (table.ids.size() % kBlockRows == 0) {
    table.blocks.emplace_back().reserve(kBlockRows * table.width);
  }
  table.blocks.back().insert(table.blocks.back().end(), vector.begin(), vector.end());
  places_[customer_id] = {at, table.ids.size()};
  table.ids.push_back(customer_id);
  bytes_ += needed;
}

void VectorIndex::Drop(const std::string& customer_id) {
  std::unique_lock lock(mutex_);
  DropLocked(customer_id);
}

void VectorIndex::Clear() {
  std::unique_lock lock(mutex_);
  for (auto& [model, table] : tables_) {
    for (std::vector<float>& block : table.blocks) std::fill(block.begin(), block.end(), 0.0F);
  }
  places_.clear();
  tables_.clear();
  bytes_ = 0;
  full_ = false;
}

absl::StatusOr<std::vector<Neighbor>> VectorIndex::Nearest(
    absl::string_view model_id, absl::Span<const float> vector, std::size_t k,
    absl::FunctionRef<bool(const std::string& customer_id)> keep) const {
  std::shared_lock lock(mutex_);
  if (full_) {
    return WithReason(absl::FailedPreconditionError(absl::StrCat(
                          "the vectors of all customers take more than ", max_bytes_,
                          " bytes: start the service with a larger --similarity_memory")),
                      kTooManyCustomers);
  }
  const auto found = tables_.find(model_id);
  std::vector<Neighbor> nearest;
  if (k == 0 || found == tables_.end() || found->second.width != vector.size()) return nearest;
  const Table& table = found->second;
  std::vector<float> products;
  std::vector<Found> best;  // a heap with the worst in front
  std::size_t row = 0;
  for (const std::vector<float>& block : table.blocks) {
    products.resize(block.size() / table.width);
    topk::RowProducts(block, vector, absl::MakeSpan(products));
    for (const float product : products) {
      const Found candidate{product, &table.ids[row++]};
      const bool enters = best.size() < k ? product == product : Better(candidate, best.front());
      if (!enters || !keep(*candidate.customer_id)) continue;
      if (best.size() == k) {
        std::pop_heap(best.begin(), best.end(), Better);
        best.pop_back();
      }
      best.push_back(candidate);
      std::push_heap(best.begin(), best.end(), Better);
    }
  }
  std::sort_heap(best.begin(), best.end(), Better);
  nearest.reserve(best.size());
  for (const Found& candidate : best) {
    nearest.push_back({*candidate.customer_id, candidate.similarity});
  }
  return nearest;
}

std::int64_t VectorIndex::rows() const {
  std::shared_lock lock(mutex_);
  return static_cast<std::int64_t>(places_.size());
}

std::int64_t VectorIndex::rows(absl::string_view model_id) const {
  std::shared_lock lock(mutex_);
  const auto found = tables_.find(model_id);
  return found == tables_.end() ? 0 : static_cast<std::int64_t>(found->second.ids.size());
}

std::int64_t VectorIndex::bytes() const {
  std::shared_lock lock(mutex_);
  return bytes_;
}

bool VectorIndex::full() const {
  std::shared_lock lock(mutex_);
  return full_;
}

}  // namespace clientele::profile
