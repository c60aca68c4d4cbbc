#include "services/qa-service/training/intents/intent_publication.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/tensor_spec.h"
#include "common/inference/tasks/label_choice.h"
#include "common/inference/tasks/token_tensors.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/hashed_ngrams.h"
#include "services/qa-service/training/intents/encoder_tuning.h"
#include "services/qa-service/training/intents/intent_module.h"
#include "services/qa-service/training/intents/intent_training.h"
#include "services/qa-service/training/intents/tuning_speed.h"

namespace clientele::qa {
namespace {

using inference::TokenRow;

constexpr std::int64_t kNgramBuckets = std::int64_t{1} << 24;
constexpr int kMaxNgramIds = 4096;
constexpr double kGoldenTolerance = 1e-3;
// Of the time for tuning; the rest is for a machine that becomes slower meanwhile.
constexpr double kPlannedShare = 0.85;

// Words and pairs of words; and characters inside words.
std::vector<model::v1::HashedNgrams> NgramLists() {
  std::vector<model::v1::HashedNgrams> lists(2);
  for (model::v1::HashedNgrams& list : lists) {
    list.set_buckets(kNgramBuckets);
    list.set_max_tokens(kMaxNgramIds);
  }
  lists[0].set_max_word_ngram(2);
  lists[1].set_min_char_ngram(2);
  lists[1].set_max_char_ngram(5);
  return lists;
}

std::vector<std::vector<NgramIds>> EncodeNgrams(const std::vector<std::string>& texts) {
  std::vector<std::vector<NgramIds>> lists;
  for (const model::v1::HashedNgrams& list : NgramLists()) {
    const text::HashedNgramTokenizer tokenizer(
        {.buckets = list.buckets(),
         .min_char_ngram = list.min_char_ngram(),
         .max_char_ngram = list.max_char_ngram(),
         .max_word_ngram = list.max_word_ngram(),
         .max_tokens = static_cast<std::size_t>(list.max_tokens())});
    std::vector<NgramIds>& ids = lists.emplace_back();
    ids.reserve(texts.size());
    for (const std::string& text : texts) ids.push_back(tokenizer.Encode(text));
  }
  return lists;
}

class Publication {
 public:
  Publication(const EncoderBundle& encoder, const LabeledTexts& data,
              const IntentBundleOptions& options)
      : encoder_(encoder), data_(data), options_(options) {}

  absl::StatusOr<PublishedIntents> Run() {
    CLIENTELE_ASSIGN_OR_RETURN(labels_, IntentLabels::Create(data_.labels, data_.oos_label));
    for (const std::string& name : labels_.names) names_.push_back(name);
    CLIENTELE_ASSIGN_OR_RETURN(EncoderRows encoded,
                               encoder_.Encode(data_.texts, options_.progress));
    tokens_ = std::move(encoded.tokens);
    texts_ = {.ngrams = EncodeNgrams(data_.texts),
              .dimension = encoded.dimension,
              .vectors = std::move(encoded.vectors)};
    IntentTrainingOptions training = {.seed = options_.seed, .threads = options_.threads};
    training.progress = options_.progress;
    if (options_.tune) {
      training.tune = [this](absl::Span<const std::size_t> learned,
                             absl::Span<const std::size_t> scored) {
        return Tune(learned, scored);
      };
    }
    CLIENTELE_ASSIGN_OR_RETURN(const TrainedIntents trained,
                               TrainIntents(texts_, labels_, training));
    CLIENTELE_ASSIGN_OR_RETURN(const std::filesystem::path folder, Write(trained));
    return PublishedIntents{.folder = folder,
                            .labels = labels_.names.size(),
                            .tuned = trained.tuned,
                            .metrics = trained.metrics};
  }

 private:
  void Say(absl::string_view line) const {
    if (options_.progress) options_.progress(line);
  }

  // What this machine does in the time that tuning may take.
  absl::StatusOr<double> AffordableOperations(absl::Span<const TokenRow* const> rows,
                                              absl::Span<const int> classes_of,
                                              absl::Span<const float> classes,
                                              const EncoderTuningOptions& tuning) const {
    CLIENTELE_ASSIGN_OR_RETURN(const torch::jit::Module module, encoder_.LoadModule());
    CLIENTELE_ASSIGN_OR_RETURN(
        const double speed,
        MeasureTuningSpeed(module, rows, classes_of, classes, labels_.names.size(), tuning));
    Say(absl::StrFormat("encoder: %.0f GFLOP/s", speed / 1e9));
    return speed * kPlannedShare * std::chrono::duration<double>(tuning.max_time).count();
  }

  absl::StatusOr<std::vector<double>> Tune(absl::Span<const std::size_t> training,
                                           absl::Span<const std::size_t> scored) {
    std::vector<std::size_t> learned;
    std::vector<const TokenRow*> rows;
    std::vector<int> classes_of;
    for (const std::size_t row : training) {
      if (tokens_[row].ids.empty()) continue;
      learned.push_back(row);
      rows.push_back(&tokens_[row]);
      classes_of.push_back(labels_.classes[row]);
    }
    if (rows.empty()) return std::vector<double>();
    const std::size_t labels = labels_.names.size();
    const std::vector<float> classes = Centroids(texts_, learned, classes_of, labels);
    EncoderTuningOptions tuning = {.seed = options_.seed};
    tuning.progress = options_.progress;
    CLIENTELE_ASSIGN_OR_RETURN(tuning.max_operations,
                               AffordableOperations(rows, classes_of, classes, tuning));
    CLIENTELE_ASSIGN_OR_RETURN(const torch::jit::Module module, encoder_.LoadModule());
    plan_ = PlanTuning(module, rows, tuning);
    if (plan_.epochs < 1) return std::vector<double>();
    Say(absl::StrFormat("encoder: %d epochs over texts of up to %d tokens", plan_.epochs,
                        plan_.max_tokens));
    CLIENTELE_ASSIGN_OR_RETURN(tuned_,
                               TuneEncoder(module, rows, classes_of, classes, labels, tuning));
    std::vector<const TokenRow*> asked;
    asked.reserve(scored.size());
    for (const std::size_t row : scored) asked.push_back(&tokens_[row]);
    return TunedScores(*tuned_, asked);
  }

  model::v1::Bundle Manifest(const TrainedIntents& trained) const {
    const model::v1::Bundle& encoder = encoder_.model().manifest();
    model::v1::Bundle manifest;
    manifest.set_name(options_.name);
    manifest.set_version(options_.version);
    manifest.set_task(model::v1::TASK_TEXT_CLASSIFIER);
    manifest.set_architecture("intents");
    manifest.set_description(absl::StrCat("TF-IDF and vectors of ", encoder_.model().id(),
                                          trained.tuned ? ", and a tuned copy of it" : "",
                                          ": support vector machines with calibrated scores"));
    manifest.set_source("clientele-models train intents");
    manifest.set_license(encoder.license());
    for (const char* input : {"ids", "mask", "segments"}) {
      inference::AddSpec(*manifest.mutable_inputs(), input, model::v1::DATA_TYPE_INT64, {-1, -1});
    }
    for (const std::string& name : labels_.names) manifest.add_labels(name);
    auto& settings = *manifest.mutable_settings();
    if (trained.model.rejection.has_value()) {
      manifest.add_labels(trained.model.rejection->label);
      settings[inference::kOosLabelSetting] = trained.model.rejection->label;
      settings[inference::kOosThresholdSetting] =
          absl::StrFormat("%.9g", trained.model.rejection->threshold);
    }
    for (const char* kept : {"prompt", "lower_case"}) {
      const auto found = encoder.settings().find(kept);
      if (found != encoder.settings().end()) settings[kept] = found->second;
    }
    inference::AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32,
                       {-1, manifest.labels_size()});
    FillTokenizer(encoder, manifest);
    manifest.mutable_golden()->set_tolerance(kGoldenTolerance);
    for (const auto& [name, value] : trained.metrics) (*manifest.mutable_metrics())[name] = value;
    if (trained.tuned) {
      (*manifest.mutable_metrics())["tuning_epochs"] = plan_.epochs;
      (*manifest.mutable_metrics())["tuning_max_tokens"] = static_cast<double>(plan_.max_tokens);
    }
    return manifest;
  }

  // Tokens of a text that the classifier's rows have room for.
  static std::int32_t EncoderTokens(const model::v1::Bundle& encoder) {
    const auto ngrams = static_cast<std::int32_t>(NgramLists().size()) * kMaxNgramIds;
    return std::min(encoder.limits().max_tokens(), inference::kMaxTokens - ngrams);
  }

  static void FillTokenizer(const model::v1::Bundle& encoder, model::v1::Bundle& manifest) {
    const std::int32_t tokens = EncoderTokens(encoder);
    *manifest.mutable_tokenizer() = encoder.tokenizer();
    if (encoder.tokenizer().has_files()) {
      manifest.mutable_tokenizer()->mutable_files()->set_max_tokens(tokens);
    } else {
      manifest.mutable_tokenizer()->mutable_hashed_ngrams()->set_max_tokens(tokens);
    }
    std::int32_t bound = tokens;
    for (const model::v1::HashedNgrams& list : NgramLists()) {
      *manifest.mutable_tokenizer()->add_ngrams() = list;
      bound += list.max_tokens();
    }
    manifest.mutable_limits()->set_max_tokens(bound);
    manifest.mutable_limits()->set_vocabulary(encoder.limits().vocabulary());
    manifest.mutable_limits()->set_max_batch_rows(encoder.limits().max_batch_rows());
  }

  // The names of the first labels as texts: nobody's own words.
  absl::StatusOr<std::vector<at::Tensor>> GoldenInputs() const {
    const std::vector<std::string> texts(names_.begin(), names_.begin() + 2);
    CLIENTELE_ASSIGN_OR_RETURN(EncoderRows encoded, encoder_.Encode(texts, {}));
    const std::vector<std::vector<NgramIds>> lists = EncodeNgrams(texts);
    std::vector<const TokenRow*> rows;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      TokenRow& row = encoded.tokens[i];
      row.segments.resize(row.ids.size(), 0);
      for (std::size_t list = 0; list < lists.size(); ++list) {
        row.ids.insert(row.ids.end(), lists[list][i].begin(), lists[list][i].end());
        row.segments.resize(row.ids.size(), static_cast<std::int64_t>(list) + 1);
      }
      rows.push_back(&row);
    }
    const inference::TokenTensors tokens = inference::PadRows(rows);
    return std::vector<at::Tensor>{tokens.ids, tokens.mask, tokens.segments};
  }

  absl::StatusOr<std::filesystem::path> Write(const TrainedIntents& trained) {
    CLIENTELE_ASSIGN_OR_RETURN(torch::jit::Module encoder, encoder_.LoadModule());
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<inference::BundleFile> files,
                               encoder_.TokenizerFiles());
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> golden, GoldenInputs());
    const model::v1::Bundle manifest = Manifest(trained);
    const model::v1::Bundle& from = encoder_.model().manifest();
    try {
      const torch::jit::Module module =
          MakeIntentModule(trained.model,
                           {.module = encoder,
                            .max_tokens = EncoderTokens(from),
                            .vocabulary = inference::IdBound(from).value_or(1)},
                           trained.tuned ? tuned_ : std::nullopt);
      const inference::BundleWriterOptions writer = {.model_dir = options_.out};
      return options_.key != nullptr
                 ? inference::WriteBundle(writer, module, manifest, files, golden, *options_.key)
                 : inference::WriteUnsignedBundle(writer, module, manifest, files, golden);
    } catch (const std::exception&) {
      return absl::InternalError("the classifier's TorchScript module cannot be made");
    }
  }

  const EncoderBundle& encoder_;
  const LabeledTexts& data_;
  const IntentBundleOptions& options_;
  IntentLabels labels_;
  std::vector<std::string> names_;
  std::vector<TokenRow> tokens_;
  EncodedTexts texts_;
  TuningPlan plan_;
  std::optional<TunedEncoder> tuned_;
};

}  // namespace

absl::StatusOr<PublishedIntents> TrainIntentBundle(const EncoderBundle& encoder,
                                                   const LabeledTexts& data,
                                                   const IntentBundleOptions& options) {
  if (data.texts.size() != data.labels.size()) {
    return InvalidField("labels", "must be one for each text");
  }
  return Publication(encoder, data, options).Run();
}

}  // namespace clientele::qa
