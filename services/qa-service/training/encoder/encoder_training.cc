#include "services/qa-service/training/encoder/encoder_training.h"

#include <memory>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/crypto/digest.h"
#include "common/frame/shuffle.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/tokenizer.h"
#include "common/text/tokenizer/word_piece_training.h"
#include "common/training/seeds.h"
#include "services/qa-service/training/encoder/distillation.h"
#include "services/qa-service/training/encoder/encoder_publication.h"
#include "services/qa-service/training/encoder/student_module.h"
#include "services/qa-service/training/encoder/teacher_vectors.h"
#include "services/qa-service/training/encoder/training_texts.h"

namespace clientele::qa {
namespace {

using inference::TokenRow;

enum : std::uint64_t { kHoldOutStream = 11 };

// The tokenizer of the encoder to be, and what the bundle has of it.
struct StudentTokenizer {
  std::unique_ptr<const text::Tokenizer> tokenizer;
  std::vector<inference::BundleFile> files;
};

class EncoderTraining {
 public:
  EncoderTraining(const EncoderRecipe& recipe, const EncoderBundle& teacher,
                  const EncoderBundle* start, const EncoderTrainingOptions& options)
      : recipe_(recipe), teacher_(teacher), start_(start), options_(options) {}

  absl::StatusOr<TrainedEncoder> Run() {
    TrainedEncoder trained;
    for (std::size_t i = 0; i < recipe_.stages.size(); ++i) {
      CLIENTELE_ASSIGN_OR_RETURN(const DistillationResult result, RunStage(i));
      trained.texts += static_cast<std::int64_t>(data_.taught.size());
      if (data_.held_out.empty()) continue;
      trained.metrics["held_out_cosine"] = result.cosine;
      trained.metrics["held_out_translated_cosine"] = result.translated_cosine;
    }
    trained.vocabulary = vocabulary_;
    CLIENTELE_ASSIGN_OR_RETURN(trained.folder,
                               PublishEncoder(built_.module, Described(), tokenizer_.files,
                                              {.out = options_.out,
                                               .name = recipe_.name,
                                               .version = recipe_.version,
                                               .key = options_.key,
                                               .metrics = trained.metrics}));
    return trained;
  }

 private:
  void Say(absl::string_view line) const {
    if (options_.progress) options_.progress(line);
  }

  absl::StatusOr<DistillationResult> RunStage(std::size_t i) {
    const EncoderStage& stage = recipe_.stages[i];
    const EncoderSchedule& schedule = stage.schedule;
    Say(absl::StrCat("stage ", i + 1, " of ", recipe_.stages.size()));
    CLIENTELE_ASSIGN_OR_RETURN(texts_,
                               ReadTrainingTexts(stage.sources, recipe_.seed, options_.data));
    for (const std::string& line : texts_.report) Say(line);
    if (i == 0) CLIENTELE_RETURN_IF_ERROR(MakeModel());
    CLIENTELE_RETURN_IF_ERROR(TokenizeAll(schedule));
    const std::filesystem::path work = options_.work / absl::StrCat("stage-", i + 1);
    CLIENTELE_ASSIGN_OR_RETURN(data_.vectors, TeacherVectors(teacher_, texts_.teacher_texts,
                                                             work / "teacher", options_.progress));
    fingerprint_ = Fingerprint(schedule);
    return Distill(built_.module, data_,
                   {.seed = recipe_.seed,
                    .epochs = schedule.epochs,
                    .batch_tokens = schedule.batch_tokens,
                    .related_batch_tokens = schedule.related_batch_tokens,
                    .learning_rate = schedule.learning_rate,
                    .warm_up = schedule.warm_up,
                    .bank = static_cast<std::int64_t>(schedule.bank),
                    .temperature = schedule.temperature,
                    .related_weight = schedule.related_weight,
                    .checkpoints = work / "checkpoints",
                    .checkpoint_every = schedule.checkpoint_every,
                    .finish_now = options_.finish_now,
                    .fingerprint = fingerprint_,
                    .progress = options_.progress});
  }

  absl::Status MakeModel() {
    std::map<std::string, std::string> files;
    if (start_ != nullptr) {
      CLIENTELE_ASSIGN_OR_RETURN(tokenizer_.files, start_->TokenizerFiles());
      CLIENTELE_ASSIGN_OR_RETURN(built_.module, start_->LoadModule());
      built_.manifest = start_->model().manifest();
    } else {
      CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> pieces, LearnPieces());
      tokenizer_.files = BertTokenizerFiles(pieces);
      CLIENTELE_ASSIGN_OR_RETURN(built_,
                                 MakeStudent(recipe_.sizes, pieces, teacher_, recipe_.seed));
    }
    for (const inference::BundleFile& file : tokenizer_.files) {
      files.emplace(std::filesystem::path(file.path).filename().string(), file.content);
    }
    CLIENTELE_ASSIGN_OR_RETURN(tokenizer_.tokenizer, text::Tokenizer::FromFiles(files));
    vocabulary_ = tokenizer_.tokenizer->vocab_size();
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> LearnPieces() const {
    text::WordPieceTrainer trainer;
    for (const TaughtText& each : texts_.taught) {
      CLIENTELE_RETURN_IF_ERROR(trainer.Add(each.text));
    }
    for (const RelatedTexts& each : texts_.related) {
      CLIENTELE_RETURN_IF_ERROR(trainer.Add(each.first));
      CLIENTELE_RETURN_IF_ERROR(trainer.Add(each.second));
    }
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::string> pieces,
                               trainer.Train({.vocabulary = recipe_.sizes.vocabulary}));
    Say(absl::StrCat("the vocabulary has ", pieces.size(), " word pieces"));
    return pieces;
  }

  absl::StatusOr<TokenRow> Tokenize(const std::string& text, std::int64_t tokens) const {
    CLIENTELE_ASSIGN_OR_RETURN(
        const text::Encoding encoding,
        tokenizer_.tokenizer->Encode(text, {.max_tokens = static_cast<std::size_t>(tokens)}));
    TokenRow row;
    row.ids.assign(encoding.ids.begin(), encoding.ids.end());
    return row;
  }

  absl::Status TokenizeAll(const EncoderSchedule& schedule) {
    data_ = {};
    std::mt19937_64 random(training::DeriveSeed(recipe_.seed, kHoldOutStream));
    const auto held_out = static_cast<std::uint64_t>(schedule.held_out * 1e6);
    // A teacher's text is held out with all that are taught by it.
    std::vector<bool> left_out(texts_.teacher_texts.size());
    for (std::size_t i = 0; i < left_out.size(); ++i) {
      left_out[i] = frame::RandomBelow(random, 1'000'000) < held_out;
    }
    for (const TaughtText& each : texts_.taught) {
      CLIENTELE_ASSIGN_OR_RETURN(TokenRow row, Tokenize(each.text, schedule.text_tokens));
      (left_out[each.taught] ? data_.held_out : data_.taught)
          .push_back({std::move(row), static_cast<std::int64_t>(each.taught), each.repeat,
                      each.translated});
    }
    std::int64_t tokens = 0;
    for (const auto& each : data_.taught) tokens += each.repeat * each.tokens.length();
    for (const RelatedTexts& each : texts_.related) {
      CLIENTELE_ASSIGN_OR_RETURN(TokenRow first, Tokenize(each.first, schedule.text_tokens));
      CLIENTELE_ASSIGN_OR_RETURN(TokenRow second, Tokenize(each.second, schedule.text_tokens));
      tokens += each.repeat * (first.length() + second.length());
      data_.related.push_back({std::move(first), std::move(second), each.repeat});
    }
    Say(absl::StrCat(data_.taught.size(), " texts and ", data_.related.size(),
                     " pairs to learn from, ", data_.held_out.size(), " held out; ", tokens,
                     " tokens an epoch"));
    return absl::OkStatus();
  }

  // Of what a checkpoint is continued with: the stages before, texts, sizes and schedule.
  std::string Fingerprint(const EncoderSchedule& schedule) const {
    std::string all = absl::StrCat(fingerprint_, recipe_.name, " ", recipe_.seed, " ", vocabulary_,
                                   " ", start_ != nullptr ? start_->model().id() : "new");
    const EncoderSizes& sizes = recipe_.sizes;
    absl::StrAppend(&all, " ", sizes.layers, " ", sizes.width, " ", sizes.heads, " ", sizes.inner,
                    " ", schedule.batch_tokens, " ", schedule.related_batch_tokens, " ",
                    schedule.related_weight, " ", schedule.text_tokens, " ", schedule.bank, " ",
                    schedule.learning_rate, " ", schedule.temperature);
    for (const auto& each : texts_.taught) {
      absl::StrAppend(&all, "\n", each.text, "\t", each.taught, "\t", each.repeat);
    }
    for (const auto& each : texts_.related) {
      absl::StrAppend(&all, "\n", each.first, "\t", each.second, "\t", each.repeat);
    }
    return crypto::Sha256Hex(all);
  }

  model::v1::Bundle Described() const {
    model::v1::Bundle manifest = built_.manifest;
    manifest.set_license(recipe_.license);
    manifest.set_description(recipe_.description);
    manifest.set_source("clientele-models train --recipe");
    if (recipe_.lexical_weight >= 0) {
      (*manifest.mutable_settings())[inference::kLexicalWeightSetting] =
          absl::StrCat(recipe_.lexical_weight);
    }
    return manifest;
  }

  const EncoderRecipe& recipe_;
  const EncoderBundle& teacher_;
  const EncoderBundle* const start_;
  const EncoderTrainingOptions& options_;
  TrainingTexts texts_;  // of the stage, as is data_
  StudentTokenizer tokenizer_;
  std::int64_t vocabulary_ = 0;
  modeling::BuiltModel built_;
  DistillationData data_;
  std::string fingerprint_;  // of the stages so far
};

}  // namespace

absl::StatusOr<TrainedEncoder> TrainEncoder(const EncoderRecipe& recipe,
                                            const EncoderBundle& teacher,
                                            const EncoderBundle* start,
                                            const EncoderTrainingOptions& options) {
  return EncoderTraining(recipe, teacher, start, options).Run();
}

}  // namespace clientele::qa
