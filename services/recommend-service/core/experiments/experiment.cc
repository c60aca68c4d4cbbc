#include "services/recommend-service/core/experiments/experiment.h"

#include <set>

#include "absl/strings/str_cat.h"

#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {
namespace {

// FNV-1a, then the finalizer of MurmurHash3: the low bits of FNV alone follow the last byte.
std::uint64_t StableHash(absl::string_view experiment_id, absl::string_view customer_id) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const char c : experiment_id) add(static_cast<unsigned char>(c));
  add('/');  // in no id
  for (const char c : customer_id) add(static_cast<unsigned char>(c));
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

void CheckVariants(const Experiment& experiment, FieldViolations& violations) {
  const std::size_t count = experiment.variants.size();
  if (count < kMinVariants || count > kMaxVariants) {
    violations.Add("experiment.variants",
                   absl::StrCat("must have ", kMinVariants, " to ", kMaxVariants, " entries"));
  }
  std::set<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) {
    const Variant& variant = experiment.variants[i];
    const std::string at = absl::StrCat("experiment.variants[", i, "].");
    if (!IsItemId(variant.id)) {
      violations.Add(at + "variant_id", "must be 1 to 64 of letters, digits, '.', '_', '-'");
    } else if (!ids.insert(variant.id).second) {
      violations.Add(at + "variant_id", "names another variant of the experiment too");
    }
    if (variant.weight < 1 || variant.weight > 1000) {
      violations.Add(at + "weight", "must be 0 to 1000");
    }
  }
}

}  // namespace

void CheckExperiment(const Experiment& experiment, FieldViolations& violations) {
  if (!IsItemId(experiment.id)) {
    violations.Add("experiment_id", "must be 1 to 64 of letters, digits, '.', '_', '-'");
  }
  if (experiment.display_name.size() > 256) {
    violations.Add("experiment.display_name", "must have at most 256 bytes");
  }
  CheckVariants(experiment, violations);
  if (experiment.goal != FeedbackType::kClicked && experiment.goal != FeedbackType::kBought) {
    violations.Add("experiment.goal", "must be CLICKED or BOUGHT");
  }
  if (experiment.conversion_days < 1 || experiment.conversion_days > 365) {
    violations.Add("experiment.conversion_window_days", "must be 0 to 365");
  }
  if (!(experiment.error_rate > 0 && experiment.error_rate <= 0.5)) {
    violations.Add("experiment.error_rate", "must be above 0 and at most 0.5, or 0 for 0.05");
  }
  if (experiment.planned_exposures < 100 || experiment.planned_exposures > 1'000'000'000) {
    violations.Add("experiment.planned_exposures", "must be 100 to 1e9, or 0 for 10000");
  }
}

const Variant& VariantOf(const Experiment& experiment, absl::string_view customer_id) {
  if (!experiment.is_running()) return experiment.variants.front();
  std::uint64_t total = 0;
  for (const Variant& variant : experiment.variants) {
    total += static_cast<std::uint64_t>(variant.weight);
  }
  if (total == 0) return experiment.variants.front();
  std::uint64_t place = StableHash(experiment.id, customer_id) % total;
  for (const Variant& variant : experiment.variants) {
    const std::uint64_t weight = static_cast<std::uint64_t>(variant.weight);
    if (place < weight) return variant;
    place -= weight;
  }
  return experiment.variants.front();
}

}  // namespace clientele::recommend
