#include "services/profile-service/training/vision/teacher.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/tables/limited_memory_bfgs.h"
#include "services/profile-service/training/vision/distillation.h"

namespace clientele::profile {
namespace {

constexpr double kLeastDeviation = 1e-6;

absl::StatusOr<std::map<std::string, std::int64_t>> ReadRowNames(
    const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return absl::NotFoundError(absl::StrCat(path.string(), ": the file can't be opened"));
  std::map<std::string, std::int64_t> rows;
  std::string line;
  while (std::getline(in, line)) {
    const absl::string_view name = absl::StripAsciiWhitespace(line);
    if (name.empty()) continue;
    const auto row = static_cast<std::int64_t>(rows.size());
    if (!rows.emplace(std::string(name), row).second) {
      return InvalidField("--teacher_names", absl::StrCat("has ", name, " twice"));
    }
  }
  return rows;
}

at::Tensor RowsOf(const std::vector<std::int64_t>& rows) {
  return at::tensor(at::ArrayRef<std::int64_t>(rows), at::kLong);
}

}  // namespace

absl::StatusOr<at::Tensor> ReadTeacherFeatures(const std::filesystem::path& features,
                                               const std::filesystem::path& names,
                                               absl::Span<const std::string> pictures) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto file, modeling::SafetensorsFile::Open(features));
  auto found = file->tensors().find("features_mean");
  if (found == file->tensors().end()) found = file->tensors().find("features");
  if (found == file->tensors().end() || found->second.shape.size() != 2 ||
      found->second.shape[1] < 1) {
    return InvalidField("--teacher", "has no matrix `features_mean` or `features`");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto row_of, ReadRowNames(names));
  const at::Tensor all = modeling::ToTensor(found->second).to(at::kFloat);
  if (all.size(0) != static_cast<std::int64_t>(row_of.size())) {
    return InvalidField("--teacher_names", absl::StrCat("has ", row_of.size(), " names for ",
                                                        all.size(0), " rows of features"));
  }
  std::vector<std::int64_t> rows;
  rows.reserve(pictures.size());
  for (const std::string& picture : pictures) {
    const auto row = row_of.find(picture);
    if (row == row_of.end()) {
      return InvalidField("--teacher_names", absl::StrCat("has no line ", picture));
    }
    rows.push_back(row->second);
  }
  const at::Tensor wanted = all.index_select(0, RowsOf(rows));
  if (!at::isfinite(wanted).all().item<bool>()) {
    return InvalidField("--teacher", "has features that are not finite");
  }
  return ScaledColumns(wanted);
}

at::Tensor ScaledColumns(const at::Tensor& features) {
  const at::Tensor mean = features.mean(0, /*keepdim=*/true);
  const at::Tensor deviation = (features - mean).square().mean(0, /*keepdim=*/true).sqrt();
  return ((features - mean) / at::clamp_min(deviation, kLeastDeviation)).contiguous();
}

at::Tensor FitSoftmax(const at::Tensor& features, const at::Tensor& chances, double l2,
                      int max_iterations) {
  const at::NoGradGuard no_grad;
  const at::Tensor targets = chances.to(at::kDouble);
  const std::int64_t labels = targets.size(1);
  const std::int64_t width = features.size(1);
  std::vector<double> at(static_cast<std::size_t>(labels * (width + 1)));
  const auto weights_of = [&](const std::vector<double>& values) {
    at::Tensor weights = at::empty({labels, width + 1}, at::kDouble);
    std::memcpy(weights.data_ptr<double>(), values.data(), values.size() * sizeof(double));
    return weights;
  };
  const auto loss = [&](const std::vector<double>& x, std::vector<double>& gradient) {
    const at::Tensor weights = weights_of(x);
    const at::Tensor single = weights.to(at::kFloat);
    const at::Tensor slopes = single.slice(1, 0, width);
    const at::Tensor logs =
        at::log_softmax(at::linear(features, slopes, single.select(1, width)).to(at::kDouble), 1);
    const at::Tensor error = (logs.exp() - targets).to(at::kFloat);
    const at::Tensor penalized = weights.slice(1, 0, width);
    const at::Tensor of_slopes = at::matmul(error.t(), features).to(at::kDouble) + l2 * penalized;
    const at::Tensor all =
        at::cat({of_slopes, error.to(at::kDouble).sum(0).unsqueeze(1)}, 1).contiguous();
    std::memcpy(gradient.data(), all.data_ptr<double>(), gradient.size() * sizeof(double));
    return -(targets * logs).sum().item<double>() +
           l2 / 2 * penalized.square().sum().item<double>();
  };
  training::MinimizeBfgs(loss, {.max_iterations = max_iterations, .max_gradient = 1e-2}, at);
  return weights_of(at).to(at::kFloat);
}

at::Tensor FitProjection(const at::Tensor& features, const at::Tensor& targets, double l2) {
  const at::NoGradGuard no_grad;
  const at::Tensor x = (features - features.mean(0, /*keepdim=*/true)).to(at::kDouble);
  const at::Tensor y = (targets - targets.mean(0, /*keepdim=*/true)).to(at::kDouble);
  const at::Tensor gram = at::matmul(x.t(), x) + l2 * at::eye(x.size(1), at::kDouble);
  return at::linalg_solve(gram, at::matmul(x.t(), y)).t().to(at::kFloat).contiguous();
}

at::Tensor OutOfFoldScores(const at::Tensor& features, absl::Span<const int> classes,
                           std::int64_t labels, const OutOfFoldOptions& options) {
  const at::NoGradGuard no_grad;
  const auto count = static_cast<std::size_t>(features.size(0));
  std::vector<std::int64_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::int64_t>(i);
  std::mt19937_64 engine(options.seed);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[engine() % i]);
  const at::Tensor targets = SmoothedLabels(classes, labels, 0);
  at::Tensor scores = at::zeros({features.size(0), labels});
  const auto folds = static_cast<std::size_t>(std::max(2, options.folds));
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<std::int64_t> inside;
    std::vector<std::int64_t> outside;
    for (std::size_t i = 0; i < count; ++i) {
      (i % folds == fold ? outside : inside).push_back(order[i]);
    }
    if (inside.empty() || outside.empty()) continue;
    const at::Tensor fitted = RowsOf(inside);
    const at::Tensor told = RowsOf(outside);
    const at::Tensor weights =
        FitSoftmax(features.index_select(0, fitted), targets.index_select(0, fitted), options.l2,
                   options.max_iterations);
    const std::int64_t width = features.size(1);
    scores.index_copy_(0, told,
                       at::linear(features.index_select(0, told), weights.slice(1, 0, width),
                                  weights.select(1, width)));
  }
  return scores;
}

}  // namespace clientele::profile
