#include "common/frame/binner.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"

namespace clientele::frame {

Binner Binner::Learn(const NumericColumn& column, BinnerOptions options) {
  std::vector<double> sorted;
  for (const double value : column.values) {
    if (!std::isnan(value)) sorted.push_back(value);
  }
  std::sort(sorted.begin(), sorted.end());
  Binner binner;
  if (sorted.empty()) return binner;
  const std::size_t bins = static_cast<std::size_t>(std::max(1, options.bins));
  for (std::size_t b = 1; b < bins; ++b) {
    // The value with b / bins of the rows before it; the least value begins the first bin already.
    const double edge = sorted[std::min(sorted.size() - 1, b * sorted.size() / bins)];
    const double before = binner.edges_.empty() ? sorted.front() : binner.edges_.back();
    if (edge > before) binner.edges_.push_back(edge);
  }
  return binner;
}

std::int32_t Binner::Bin(double value) const {
  if (std::isnan(value)) return kMissing;
  const auto above = std::upper_bound(edges_.begin(), edges_.end(), value);
  return 1 + static_cast<std::int32_t>(above - edges_.begin());
}

std::vector<std::int32_t> Binner::Encode(const NumericColumn& column) const {
  std::vector<std::int32_t> indices;
  indices.reserve(column.values.size());
  for (const double value : column.values) indices.push_back(Bin(value));
  return indices;
}

nlohmann::json Binner::ToJson() const { return {{"edges", edges_}}; }

absl::StatusOr<Binner> Binner::FromJson(const nlohmann::json& json) {
  const auto wrong = [] {
    return absl::InvalidArgumentError("bins are {\"edges\": [ascending numbers]}");
  };
  if (!json.is_object() || !json.contains("edges") || !json["edges"].is_array()) return wrong();
  Binner binner;
  for (const nlohmann::json& edge : json["edges"]) {
    if (!edge.is_number()) return wrong();
    const double value = edge.get<double>();
    if (!binner.edges_.empty() && !(value > binner.edges_.back())) return wrong();
    binner.edges_.push_back(value);
  }
  return binner;
}

}  // namespace clientele::frame
