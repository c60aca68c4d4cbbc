#include "tools/clientele-models/intents/train_intents.h"

#include <chrono>
#include <optional>
#include <ostream>
#include <utility>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/crypto/signing.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/intents/intent_publication.h"
#include "tools/clientele-models/bundle_key.h"
#include "tools/clientele-models/intents/labeled_csv.h"
#include "tools/clientele-models/next_version.h"

namespace clientele::models {

absl::Status TrainIntentsCommand(const TrainIntentsOptions& options, std::ostream& out,
                                 std::ostream& log) {
  const auto start = std::chrono::steady_clock::now();
  const auto progress = [&](absl::string_view line) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    log << absl::StrFormat("%4.0f s  ", passed.count()) << line << std::endl;
  };
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<crypto::SigningKey> key,
                             ReadOptionalBundleKey(options.key_file));
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, qa::EncoderBundle::Open(options.encoder));
  CLIENTELE_ASSIGN_OR_RETURN(
      LabeledRows rows, ReadLabeledRows(options.csv, options.text_column, options.label_column));
  if (rows.skipped > 0) {
    progress(absl::StrCat(rows.skipped, " rows have no text or no label and are left out"));
  }
  const std::size_t count = rows.texts.size();
  const std::string version =
      options.version.empty() ? NextVersion(options.out / options.name) : options.version;
  CLIENTELE_ASSIGN_OR_RETURN(const qa::PublishedIntents published,
                             qa::TrainIntentBundle(*encoder,
                                                   {.texts = std::move(rows.texts),
                                                    .labels = std::move(rows.labels),
                                                    .oos_label = options.oos_label},
                                                   {.out = options.out,
                                                    .name = options.name,
                                                    .version = version,
                                                    .seed = options.seed,
                                                    .threads = at::get_num_threads(),
                                                    .tune = !options.frozen,
                                                    .key = key.has_value() ? &*key : nullptr,
                                                    .progress = progress}));
  nlohmann::ordered_json summary = {{"bundle", published.folder.string()},
                                    {"labels", published.labels},
                                    {"rows", count},
                                    {"tuned", published.tuned}};
  for (const auto& [name, value] : published.metrics) summary[name] = value;
  out << summary.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
