#include "services/recommend-service/core/ranking/sequence_state.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"

#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

double Dot(absl::Span<const float> a, absl::Span<const float> b) {
  double sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += static_cast<double>(a[j]) * b[j];
  return sum;
}

absl::StatusOr<std::vector<float>> FiniteStates(
    const SequenceModel& model, absl::Span<const std::vector<std::int32_t>> sequences) {
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<float> states, model.States(sequences));
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (states.size() != sequences.size() * static_cast<std::size_t>(model.items().width) ||
      !std::all_of(states.begin(), states.end(), is_finite)) {
    return absl::InternalError("the sequence model gave a state that is not finite");
  }
  return states;
}

}  // namespace

double SequenceState::Score(std::int32_t row) const { return Dot(model->Vector(row), state); }

bool SequenceState::HasRead(std::int32_t row) const {
  return std::find(rows.begin(), rows.end(), row) != rows.end();
}

std::vector<absl::string_view> LatestItems(const ServingView& view,
                                           const ResolvedHistory& history) {
  std::vector<absl::string_view> ids;
  ids.reserve(history.latest.size());
  for (const std::uint32_t at : history.latest) {
    const ResolvedItem& item = history.items[at];
    ids.push_back(item.row >= 0 ? view.ItemId(item.row)
                                : history.other_ids[static_cast<std::size_t>(item.other)]);
  }
  return ids;
}

absl::StatusOr<std::optional<SequenceState>> ReadSequence(
    std::shared_ptr<const SequenceModel> model, absl::Span<const absl::string_view> item_ids) {
  if (model == nullptr) return std::nullopt;
  SequenceState read;
  const auto positions = static_cast<std::size_t>(model->positions());
  for (auto id = item_ids.rbegin(); id != item_ids.rend() && read.rows.size() < positions; ++id) {
    const std::int32_t row = model->Row(*id);
    if (row < 0) {
      ++read.unknown;
    } else {
      read.rows.push_back(row);
    }
  }
  if (read.rows.empty()) return std::nullopt;
  std::reverse(read.rows.begin(), read.rows.end());
  CLIENTELE_ASSIGN_OR_RETURN(read.state, FiniteStates(*model, {read.rows}));
  read.model = std::move(model);
  return read;
}

absl::StatusOr<SequenceInfluence> SequenceInfluence::Of(const SequenceState& state) {
  SequenceInfluence influence;
  influence.model_ = state.model;
  const std::size_t count = std::min(kMaxItems, state.rows.size());
  const std::size_t first = state.rows.size() - count;
  influence.rows_.assign(state.rows.begin() + static_cast<std::ptrdiff_t>(first), state.rows.end());
  const std::size_t width = state.state.size();
  influence.differences_.reserve(count * width);
  if (state.rows.size() == 1) {
    influence.differences_ = state.state;
    return influence;
  }
  std::vector<std::vector<std::int32_t>> without(count, state.rows);
  for (std::size_t at = 0; at < count; ++at) {
    without[at].erase(without[at].begin() + static_cast<std::ptrdiff_t>(first + at));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<float> states, FiniteStates(*state.model, without));
  for (std::size_t i = 0; i < states.size(); ++i) {
    influence.differences_.push_back(state.state[i % width] - states[i]);
  }
  return influence;
}

double SequenceInfluence::Amount(std::size_t at, std::int32_t row) const {
  const absl::Span<const float> vector = model_->Vector(row);
  return Dot(vector, absl::MakeConstSpan(differences_).subspan(at * vector.size(), vector.size()));
}

}  // namespace clientele::recommend
