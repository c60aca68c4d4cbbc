#include "services/profile-service/training/vision/picture_publication.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/evaluation/classification.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/named_tensors.h"
#include "common/training/seeds.h"
#include "services/profile-service/training/vision/picture_card.h"
#include "services/profile-service/training/vision/picture_encoder.h"
#include "services/profile-service/training/vision/picture_set.h"
#include "services/profile-service/training/vision/picture_training.h"
#include "services/profile-service/training/vision/teacher.h"

namespace clientele::profile {
namespace {

constexpr std::uint64_t kHoldoutStream = 1;
constexpr std::uint64_t kWeightStream = 2;
constexpr std::uint64_t kFoldStream = 3;
constexpr double kGoldenTolerance = 1e-3;

std::int64_t ParametersOf(const torch::jit::Module& module) {
  std::int64_t count = 0;
  for (const training::NamedTensor& each : training::StateOf(module)) count += each.tensor.numel();
  return count;
}

// Colored waves: a picture that every machine makes alike.
at::Tensor WavePicture() {
  const at::Tensor x = at::arange(64, at::kFloat).view({1, 1, 64});
  const at::Tensor y = at::arange(64, at::kFloat).view({1, 64, 1});
  const at::Tensor channel = at::arange(3, at::kFloat).view({3, 1, 1});
  return (at::remainder(x * (channel + 2) + y * 5 + channel * 40, 256).floor() / 255).unsqueeze(0);
}

class PicturePublication {
 public:
  explicit PicturePublication(const PictureBundleOptions& options) : options_(options) {}

  absl::StatusOr<PublishedPictures> Run() {
    if (options_.teacher.empty() != options_.teacher_names.empty()) {
      return InvalidField("--teacher", "goes with --teacher_names: give both or neither");
    }
    const std::int64_t max_side = 2 * options_.recipe.side;
    CLIENTELE_ASSIGN_OR_RETURN(set_, ReadPictureSet(options_.folder, max_side));
    for (const std::string& file : set_.skipped) Say(absl::StrCat("left out: ", file));
    if (!options_.test_folder.empty()) {
      CLIENTELE_ASSIGN_OR_RETURN(test_, ReadPictureSet(options_.test_folder, max_side));
      if (test_.labels != set_.labels) {
        return InvalidField("--test_folder",
                            absl::StrCat("has the classes ", absl::StrJoin(test_.labels, ", "),
                                         ", not ", absl::StrJoin(set_.labels, ", ")));
      }
    }
    split_ = SplitPictures(set_, options_.holdout,
                           training::DeriveSeed(options_.recipe.seed, kHoldoutStream));
    CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel model, Begin());
    CLIENTELE_ASSIGN_OR_RETURN(const PictureTeacher teacher, Teacher(model.module));
    Say(absl::StrCat(split_.first.size(), " pictures of ", set_.labels.size(), " classes, ",
                     ParametersOf(model.module), " parameters"));
    CLIENTELE_RETURN_IF_ERROR(TrainPictureEncoder(model.module, set_, split_.first, teacher,
                                                  options_.recipe, options_.progress));
    CLIENTELE_RETURN_IF_ERROR(Measure(model.module, set_, split_.second, "holdout_"));
    std::vector<std::size_t> all(test_.pictures.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    CLIENTELE_RETURN_IF_ERROR(Measure(model.module, test_, all, ""));
    PublishedPictures published;
    CLIENTELE_ASSIGN_OR_RETURN(published.folder, Write(model));
    published.pictures = split_.first.size();
    published.labels = set_.labels.size();
    published.metrics = metrics_;
    return published;
  }

 private:
  void Say(absl::string_view line) const {
    if (options_.progress) options_.progress(line);
  }

  // The regressions also see what a pre-trained encoder sees before it learns anything new.
  absl::StatusOr<PictureTeacher> Teacher(const torch::jit::Module& encoder) const {
    PictureTeacher teacher;
    if (options_.teacher.empty()) return teacher;
    CLIENTELE_ASSIGN_OR_RETURN(
        teacher.features,
        ReadTeacherFeatures(options_.teacher, options_.teacher_names, set_.names));
    at::Tensor told_by = teacher.features;
    if (!options_.pretrained.empty()) {
      CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor seen,
                                 EncodePictures(encoder, set_, options_.recipe.side));
      told_by = at::cat({told_by, ScaledColumns(seen)}, 1);
    }
    // What is set aside teaches nothing.
    const std::vector<std::int64_t> rows(split_.first.begin(), split_.first.end());
    const at::Tensor places = at::tensor(at::ArrayRef<std::int64_t>(rows), at::kLong);
    std::vector<int> classes;
    classes.reserve(rows.size());
    for (const std::size_t row : split_.first) classes.push_back(set_.classes[row]);
    const auto labels = static_cast<std::int64_t>(set_.labels.size());
    const at::Tensor scores =
        OutOfFoldScores(told_by.index_select(0, places), classes, labels,
                        {.l2 = options_.recipe.teacher_l2,
                         .seed = training::DeriveSeed(options_.recipe.seed, kFoldStream)});
    teacher.scores = at::zeros({teacher.features.size(0), labels});
    teacher.scores.index_copy_(0, places, scores);
    const at::Tensor best = scores.argmax(1).to(at::kInt).contiguous();
    const std::vector<int> predicted(best.data_ptr<int>(), best.data_ptr<int>() + best.numel());
    CLIENTELE_ASSIGN_OR_RETURN(const double accuracy, evaluation::Accuracy(predicted, classes));
    Say(absl::StrCat("the teacher's regressions are right for ", accuracy,
                     " of the pictures they were not fitted on"));
    return teacher;
  }

  absl::StatusOr<modeling::BuiltModel> Begin() const {
    if (!options_.pretrained.empty()) {
      return PretrainedPictureEncoder(options_.pretrained, set_.labels);
    }
    return NewPictureEncoder(
        {.stem = options_.recipe.stem, .repeats = 1, .depthwise = options_.recipe.depthwise},
        set_.labels, training::DeriveSeed(options_.recipe.seed, kWeightStream));
  }

  absl::Status Measure(const torch::jit::Module& module, const PictureSet& set,
                       const std::vector<std::size_t>& rows, const char* prefix) {
    if (rows.empty()) return absl::OkStatus();
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<int> predicted,
                               ClassifyPictures(module, set, rows, options_.recipe.side));
    std::vector<int> truth;
    truth.reserve(rows.size());
    for (const std::size_t row : rows) truth.push_back(set.classes[row]);
    CLIENTELE_ASSIGN_OR_RETURN(metrics_[absl::StrCat(prefix, "accuracy")],
                               evaluation::Accuracy(predicted, truth));
    CLIENTELE_ASSIGN_OR_RETURN(metrics_[absl::StrCat(prefix, "class_mean")],
                               evaluation::MeanClassAccuracy(predicted, truth));
    return absl::OkStatus();
  }

  std::string Card(const modeling::BuiltModel& model) const {
    PictureCardFacts facts = {.name = options_.name,
                              .labels = set_.labels,
                              .pictures = std::vector<std::size_t>(set_.labels.size()),
                              .parameters = ParametersOf(model.module),
                              .width = model.manifest.outputs(0).shape(1),
                              .pretrained = {},
                              .taught = !options_.teacher.empty(),
                              .tested = test_.pictures.size(),
                              .held_out = split_.second.size(),
                              .metrics = metrics_,
                              .data_notes = options_.data_notes};
    if (!options_.pretrained.empty()) {
      const std::filesystem::path folder = options_.pretrained.lexically_normal();
      facts.pretrained =
          absl::StrCat(folder.parent_path().filename().string(), "/", folder.filename().string());
    }
    for (const std::size_t row : split_.first) {
      ++facts.pictures[static_cast<std::size_t>(set_.classes[row])];
    }
    return PictureCard(facts, options_.recipe);
  }

  absl::StatusOr<std::filesystem::path> Write(modeling::BuiltModel& model) const {
    model::v1::Bundle& manifest = model.manifest;
    manifest.set_name(options_.name);
    manifest.set_version(options_.version);
    manifest.set_license(options_.license);
    manifest.set_source("clientele-models train images");
    manifest.set_description(
        absl::StrCat("Tells ", set_.labels.size(),
                     " classes of pictures apart: ", absl::StrJoin(set_.labels, ", ")));
    (*manifest.mutable_settings())["picture_side"] = absl::StrCat(options_.recipe.side);
    (*manifest.mutable_settings())["picture_fit"] = "stretch";
    for (const auto& [name, value] : metrics_) (*manifest.mutable_metrics())[name] = value;
    manifest.mutable_golden()->set_tolerance(kGoldenTolerance);
    const std::vector<inference::BundleFile> files = {
        {.path = "model-card.md", .content = Card(model)},
        {.path = "recipe.json", .content = ToJson(options_.recipe)}};
    const inference::BundleWriterOptions writer = {.model_dir = options_.out};
    const std::vector<at::Tensor> golden = {WavePicture()};
    return options_.key != nullptr
               ? inference::WriteBundle(writer, model.module, manifest, files, golden,
                                        *options_.key)
               : inference::WriteUnsignedBundle(writer, model.module, manifest, files, golden);
  }

  const PictureBundleOptions& options_;
  PictureSet set_;
  PictureSet test_;
  PictureSplit split_;
  std::map<std::string, double> metrics_;
};

}  // namespace

absl::StatusOr<PublishedPictures> TrainPictureBundle(const PictureBundleOptions& options) {
  return PicturePublication(options).Run();
}

}  // namespace clientele::profile
