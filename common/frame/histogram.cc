#include "common/frame/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"

#include "common/status/status_macros.h"

namespace clientele::frame {
namespace {

// Of what is missing, what is below, and what is above.
constexpr std::size_t kOuterBins = 3;

absl::Status NotHistograms() {
  return absl::InvalidArgumentError(
      "histograms are [{\"feature\": name, \"histogram\": {\"least\", \"edges\", \"greatest\", "
      "\"counts\"}}]");
}

}  // namespace

Histogram Histogram::Learn(const NumericColumn& column, int bins) {
  Histogram learned;
  learned.inner_ = Binner::Learn(column, {.bins = bins});
  bool is_first = true;
  for (const double value : column.values) {
    if (std::isnan(value)) continue;
    learned.least_ = is_first ? value : std::min(learned.least_, value);
    learned.greatest_ = is_first ? value : std::max(learned.greatest_, value);
    is_first = false;
  }
  learned = learned.Emptied();
  for (const double value : column.values) learned.Add(value);
  return learned;
}

void Histogram::Add(double value) {
  std::size_t bin = 0;
  if (!std::isnan(value)) {
    if (value < least_) {
      bin = 1;
    } else if (value > greatest_) {
      bin = counts_.size() - 1;
    } else {
      bin = 1 + static_cast<std::size_t>(inner_.Bin(value));
    }
  }
  counts_[bin] += 1;
}

Histogram Histogram::Emptied() const {
  Histogram emptied = *this;
  // Bins of the binner count what is missing too.
  emptied.counts_.assign(kOuterBins + static_cast<std::size_t>(inner_.size()) - 1, 0);
  return emptied;
}

nlohmann::json Histogram::ToJson() const {
  return {
      {"least", least_}, {"edges", inner_.edges()}, {"greatest", greatest_}, {"counts", counts_}};
}

absl::StatusOr<Histogram> Histogram::FromJson(const nlohmann::json& json) {
  if (!json.is_object()) return NotHistograms();
  for (const char* name : {"least", "greatest"}) {
    if (!json.contains(name) || !json[name].is_number()) return NotHistograms();
  }
  Histogram read;
  CLIENTELE_ASSIGN_OR_RETURN(read.inner_, Binner::FromJson(json));
  read.least_ = json["least"].get<double>();
  read.greatest_ = json["greatest"].get<double>();
  read = read.Emptied();
  if (!json.contains("counts") || !json["counts"].is_array() ||
      json["counts"].size() != read.counts_.size()) {
    return NotHistograms();
  }
  for (std::size_t bin = 0; bin < read.counts_.size(); ++bin) {
    const nlohmann::json& count = json["counts"][bin];
    if (!count.is_number() || count.get<double>() < 0) return NotHistograms();
    read.counts_[bin] = count.get<double>();
  }
  return read;
}

FeatureHistograms FeatureHistograms::Learn(std::vector<std::string> features,
                                           const std::vector<std::vector<float>>& rows, int bins) {
  FeatureHistograms learned;
  learned.features_ = std::move(features);
  for (std::size_t at = 0; at < learned.features_.size(); ++at) {
    NumericColumn column;
    column.values.reserve(rows.size());
    for (const std::vector<float>& row : rows) {
      if (row.size() == learned.features_.size()) {
        column.values.push_back(static_cast<double>(row[at]));
      }
    }
    learned.histograms_.push_back(Histogram::Learn(column, bins));
  }
  return learned;
}

void FeatureHistograms::Add(absl::Span<const float> row) {
  if (row.size() != histograms_.size()) return;
  for (std::size_t at = 0; at < row.size(); ++at) {
    histograms_[at].Add(static_cast<double>(row[at]));
  }
}

FeatureHistograms FeatureHistograms::Emptied() const {
  FeatureHistograms emptied;
  emptied.features_ = features_;
  for (const Histogram& histogram : histograms_) {
    emptied.histograms_.push_back(histogram.Emptied());
  }
  return emptied;
}

nlohmann::json FeatureHistograms::ToJson() const {
  nlohmann::json json = nlohmann::json::array();
  for (std::size_t at = 0; at < features_.size(); ++at) {
    json.push_back({{"feature", features_[at]}, {"histogram", histograms_[at].ToJson()}});
  }
  return json;
}

absl::StatusOr<FeatureHistograms> FeatureHistograms::FromJson(const nlohmann::json& json) {
  if (!json.is_array()) return NotHistograms();
  FeatureHistograms read;
  for (const nlohmann::json& one : json) {
    if (!one.is_object() || !one.contains("feature") || !one["feature"].is_string() ||
        !one.contains("histogram")) {
      return NotHistograms();
    }
    read.features_.push_back(one["feature"].get<std::string>());
    CLIENTELE_ASSIGN_OR_RETURN(Histogram histogram, Histogram::FromJson(one["histogram"]));
    read.histograms_.push_back(std::move(histogram));
  }
  return read;
}

}  // namespace clientele::frame
