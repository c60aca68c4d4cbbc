#include "tools/clientele-models/starter/text_encoder_module.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/manifest.h"
#include "tools/clientele-models/starter/ngram_matrix.h"
#include "tools/clientele-models/starter/randomized_svd.h"

namespace clientele::starter {
namespace {

constexpr int kMaxTokens = 4096;

constexpr char kSource[] = R"py(
def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
    rows, length = ids.size(0), ids.size(1)
    offsets = torch.arange(0, rows, device=ids.device) * length
    weights = mask.reshape([-1]).to(self.table.dtype)
    total = torch.embedding_bag(self.table, ids.reshape([-1]), offsets, False, 0, False, weights, False)[0]
    norm = torch.sqrt(torch.sum(total * total, [1], True))
    return total / torch.clamp(norm, min=1e-12)
)py";

at::Tensor ToSparse(const NgramMatrix& matrix) {
  const auto count = static_cast<std::int64_t>(matrix.values.size());
  const auto longs = at::TensorOptions().dtype(at::kLong);
  const auto from = [](const auto& values, at::TensorOptions options) {
    // from_blob wants a pointer it could write through; the tensor is cloned at once.
    return at::from_blob(const_cast<void*>(static_cast<const void*>(values.data())),
                         {static_cast<std::int64_t>(values.size())}, options)
        .clone();
  };
  const at::Tensor indices =
      at::stack({from(matrix.row_index, longs), from(matrix.column_index, longs)});
  const at::Tensor values = from(matrix.values, at::TensorOptions().dtype(at::kFloat));
  TORCH_CHECK(values.size(0) == count);
  return at::sparse_coo_tensor(indices, values, {matrix.rows, matrix.columns}).coalesce();
}

}  // namespace

absl::StatusOr<TextEncoderModule> TrainTextEncoder(absl::Span<const std::string> texts,
                                                   const TextEncoderSettings& settings) {
  const text::HashedNgramTokenizer tokenizer(settings.ngrams);
  const NgramMatrix matrix = BuildNgramMatrix(texts, tokenizer);
  if (matrix.rows < 2) {
    return absl::InvalidArgumentError(
        "the starter text encoder needs at least two texts with words; a few thousand give a "
        "useful one");
  }
  try {
    const at::NoGradGuard no_grad;
    const TruncatedSvd svd =
        RandomizedSvd(ToSparse(matrix), settings.dimensions, {.seed = settings.seed});
    // Directions without weight are noise.
    const at::Tensor& s = svd.singular_values;
    const std::int64_t rank = (s > s.max() * 1e-5).sum().item<std::int64_t>();
    const at::Tensor idf = at::tensor(at::ArrayRef<float>(matrix.idf)).unsqueeze(1);
    at::Tensor table = at::zeros({matrix.columns + 1, settings.dimensions});
    table.narrow(0, 1, matrix.columns)
        .narrow(1, 0, rank)
        .copy_(svd.right_vectors.narrow(1, 0, rank) * idf);

    TextEncoderModule trained{.module = torch::jit::Module("StarterTextEncoder")};
    trained.module.register_buffer("table", table);
    trained.module.define(kSource);
    trained.module.eval();
    trained.texts = matrix.rows;
    trained.seen_buckets = matrix.seen_columns;
    trained.rank = rank;
    // Rows have unit norm: the squared norm of the matrix is the number of its rows.
    trained.explained =
        s.to(at::kDouble).square().sum().item<double>() / static_cast<double>(matrix.rows);
    return trained;
  } catch (const std::exception&) {
    return absl::InternalError("the text encoder can't be computed: is there enough memory?");
  }
}

model::v1::Bundle DescribeTextEncoder(const TextEncoderModule& trained,
                                      const TextEncoderSettings& settings) {
  model::v1::Bundle manifest;
  manifest.set_task(model::v1::TASK_TEXT_ENCODER);
  manifest.set_architecture("starter-hashed-ngram-svd");
  manifest.set_description(
      "Latent semantic analysis of hashed word and character n-grams, computed from the texts it "
      "was given; it knows their wording and nothing beyond, and English and Chinese meet in it "
      "only where texts share numbers, names or brands. A starting point until a trained encoder "
      "is imported.");
  manifest.set_license("Apache-2.0");
  manifest.set_source("clientele-models starter");
  manifest.add_languages("en");
  manifest.add_languages("zh");
  for (const char* name : {"ids", "mask"}) {
    inference::AddSpec(*manifest.mutable_inputs(), name, model::v1::DATA_TYPE_INT64, {-1, -1});
  }
  inference::AddSpec(*manifest.mutable_outputs(), "vectors", model::v1::DATA_TYPE_FLOAT32,
                     {-1, settings.dimensions});
  model::v1::HashedNgrams& ngrams = *manifest.mutable_tokenizer()->mutable_hashed_ngrams();
  ngrams.set_buckets(settings.ngrams.buckets);
  ngrams.set_min_char_ngram(settings.ngrams.min_char_ngram);
  ngrams.set_max_char_ngram(settings.ngrams.max_char_ngram);
  ngrams.set_max_word_ngram(settings.ngrams.max_word_ngram);
  manifest.set_normalized(true);
  manifest.mutable_limits()->set_max_tokens(kMaxTokens);
  auto& metrics = *manifest.mutable_metrics();
  metrics["texts"] = static_cast<double>(trained.texts);
  metrics["seen_buckets"] = static_cast<double>(trained.seen_buckets);
  metrics["rank"] = static_cast<double>(trained.rank);
  metrics["explained"] = trained.explained;
  (*manifest.mutable_settings())["seed"] = absl::StrCat(settings.seed);
  return manifest;
}

}  // namespace clientele::starter
