#ifndef CLIENTELE_COMMON_MODELING_CHECKPOINT_CONFIG_H_
#define CLIENTELE_COMMON_MODELING_CHECKPOINT_CONFIG_H_

// A checkpoint's config.json, read field by field.
//
//   Config config(json, "config.json");
//   const std::int64_t width = config.Int("hidden_size", 768, 1, kMaxWidth);
//   const double epsilon = config.Float("layer_norm_eps", 1e-12);
//   CLIENTELE_RETURN_IF_ERROR(config.status());
//
// A field that is absent or null takes its fallback: the published format writes only what
// differs from the family's defaults. Errors stick: the first wrong field is kept, and its
// fallback returned. Not thread-safe.

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele::modeling {

// Bounds within which sizes are believed; products are bounded by the weights' bytes.
inline constexpr std::int64_t kMaxLayers = 1024;
inline constexpr std::int64_t kMaxWidth = 1 << 20;
inline constexpr std::int64_t kMaxHeads = 1 << 14;
inline constexpr std::int64_t kMaxVocabulary = 1 << 24;
inline constexpr std::int64_t kMaxPositions = std::int64_t{1} << 32;
inline constexpr std::int64_t kMaxLabels = 1 << 20;
inline constexpr double kSmallest = std::numeric_limits<double>::min();

class Config {
 public:
  // `file` is named in errors.
  Config(const nlohmann::json& json, absl::string_view file);
  ~Config();
  Config(Config&&) noexcept;

  // Present and not null.
  bool Has(absl::string_view field) const;
  // Present and null: what the published format writes for None where the default is another.
  bool IsNull(absl::string_view field) const;
  // An object without fields.
  bool IsEmpty() const;
  // `alias` is another name of `field`, and goes before it.
  void Rename(absl::string_view alias, absl::string_view field);

  std::int64_t Int(absl::string_view field, std::int64_t fallback, std::int64_t min,
                   std::int64_t max);
  // At least `min`; kSmallest for any positive number.
  double Float(absl::string_view field, double fallback,
               double min = std::numeric_limits<double>::lowest());
  bool Bool(absl::string_view field, bool fallback);
  std::string String(absl::string_view field, absl::string_view fallback);
  // One number, or a list of them; empty when absent.
  std::vector<std::int64_t> Ints(absl::string_view field, std::int64_t min, std::int64_t max);
  // A list of numbers of at least `min`; empty when absent.
  std::vector<double> Floats(absl::string_view field, double min);
  std::vector<std::string> Strings(absl::string_view field);
  // The values of {"0": "a", "1": "b"} in order; empty when absent.
  std::vector<std::string> Labels(absl::string_view field);
  // A nested object; empty when absent. Its errors are its own.
  Config Object(absl::string_view field) const;

  // Says what is wrong with a field.
  void Reject(absl::string_view field, absl::string_view what);
  void Keep(const absl::Status& status);
  const absl::Status& status() const { return status_; }

 private:
  const nlohmann::json* Find(absl::string_view field) const;

  std::unique_ptr<nlohmann::json> json_;
  std::string file_;
  absl::Status status_;
};

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_CHECKPOINT_CONFIG_H_
