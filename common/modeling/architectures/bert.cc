#include "common/modeling/architectures/bert.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/inference/bundle/manifest.h"
#include "common/modeling/architectures/module_source.h"
#include "common/modeling/architectures/sentence_head.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

using inference::AddSpec;
using model::v1::DATA_TYPE_FLOAT32;
using model::v1::DATA_TYPE_INT64;
using model::v1::Task;

constexpr char kBertLayer[] = R"py(
def forward(self, x: Tensor, bias: Tensor) -> Tensor:
    rows, length, width = x.size(0), x.size(1), x.size(2)
    q = torch.linear(x, self.q_weight, self.q_bias).view([rows, length, self.heads, -1])
    k = torch.linear(x, self.k_weight, self.k_bias).view([rows, length, self.heads, -1])
    v = torch.linear(x, self.v_weight, self.v_bias).view([rows, length, self.heads, -1])
    scores = torch.matmul(q.transpose(1, 2), k.permute([0, 2, 3, 1])) * self.scale + bias
    a = torch.matmul(torch.softmax(scores, -1), v.transpose(1, 2))
    a = a.transpose(1, 2).reshape([rows, length, width])
    x = x + torch.linear(a, self.out_weight, self.out_bias)
    x = torch.layer_norm(x, [width], self.norm1_weight, self.norm1_bias, self.eps)
    h = self.activation(torch.linear(x, self.up_weight, self.up_bias))
    x = x + torch.linear(h, self.down_weight, self.down_bias)
    return torch.layer_norm(x, [width], self.norm2_weight, self.norm2_bias, self.eps)
)py";

// positions(ids) of each family.
constexpr char kBertPositions[] = R"py(
def positions(self, ids: Tensor) -> Tensor:
    return torch.arange(ids.size(1), device=ids.device).unsqueeze(0)
)py";
constexpr char kRobertaPositions[] = R"py(
def positions(self, ids: Tensor) -> Tensor:
    present = (ids != self.padding).long()
    return torch.cumsum(present, 1) * present + self.padding
)py";

// $0: the layers.
constexpr char kHidden[] = R"py(
def hidden(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
    x = torch.embedding(self.tokens, ids) + torch.embedding(self.segments, segments)
    x = x + torch.embedding(self.places, self.positions(ids))
    x = torch.layer_norm(x, [x.size(2)], self.norm_weight, self.norm_bias, self.eps)
    bias = ((1 - mask).to(x.dtype) * -30000.0).unsqueeze(1).unsqueeze(1)
$0    return x
)py";

// Whatever a caller pads with, the model sees its own padding.
constexpr char kPadded[] = R"py(
def padded(self, ids: Tensor, mask: Tensor) -> Tensor:
    return torch.where(mask != 0, ids, torch.full_like(ids, self.padding))
)py";

constexpr char kEncode[] = R"py(
def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
    x = self.hidden(self.padded(ids, mask), mask, torch.zeros_like(ids))
    return self.row_vector(x, mask)
)py";

constexpr char kReferenceWithPooler[] = R"py(
def reference(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tuple[Tensor, Tensor]:
    x = self.hidden(input_ids, attention_mask, token_type_ids)
    return x, torch.tanh(torch.linear(x[:, 0], self.pooler_weight, self.pooler_bias))
)py";
constexpr char kReference[] = R"py(
def reference(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    return self.hidden(input_ids, attention_mask, token_type_ids)
)py";

constexpr char kRead[] = R"py(
def spans(self, x: Tensor) -> Tuple[Tensor, Tensor]:
    logits = torch.linear(x, self.span_weight, self.span_bias)
    return logits[:, :, 0].contiguous(), logits[:, :, 1].contiguous()

def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tuple[Tensor, Tensor]:
    return self.spans(self.hidden(self.padded(ids, mask), mask, segments * self.segmented))

def reference(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tuple[Tensor, Tensor]:
    return self.spans(self.hidden(input_ids, attention_mask, token_type_ids))
)py";

constexpr char kClassify[] = R"py(
def scores(self, x: Tensor) -> Tensor:
    x = torch.tanh(torch.linear(x[:, 0], self.pooler_weight, self.pooler_bias))
    return torch.linear(x, self.class_weight, self.class_bias)

def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
    return self.scores(self.hidden(self.padded(ids, mask), mask, segments * self.segmented))

def reference(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    return self.scores(self.hidden(input_ids, attention_mask, token_type_ids))
)py";

// What sets the families of this file apart.
struct Kind {
  const char* name;
  const char* positions_source;
  std::int64_t first_position;  // of the first token
  std::int64_t padding;
  // The dense layer before the classes, and the classes.
  const char* classifier_dense;
  const char* classifier_out;
};

// Adds the tensors of one model to its modules.
class BertBuilder {
 public:
  BertBuilder(Config& config, Weights& weights, const BuildOptions& options, Kind kind)
      : config_(config), weights_(weights), options_(options), kind_(kind) {}

  absl::StatusOr<BuiltModel> Build() {
    ReadConfig();
    CLIENTELE_RETURN_IF_ERROR(config_.status());
    TakeEmbeddings();
    TakeLayers();
    switch (task_) {
      case model::v1::TASK_TEXT_READER:
        MakeReader();
        break;
      case model::v1::TASK_TEXT_CLASSIFIER:
        MakeClassifier();
        break;
      default:
        MakeEncoder();
    }
    CLIENTELE_RETURN_IF_ERROR(config_.status());
    CLIENTELE_RETURN_IF_ERROR(weights_.Finish());
    built_.module.define(absl::StrCat(kind_.positions_source, kPadded,
                                      absl::Substitute(kHidden, Unroll(layers_, kLayerCall)),
                                      task_source_));
    return std::move(built_);
  }

 private:
  static constexpr char kLayerCall[] = "x = self.layer$0.forward(x, bias)";

  void ReadConfig() {
    width_ = config_.Int("hidden_size", 768, 1, kMaxWidth);
    layers_ = config_.Int("num_hidden_layers", 12, 1, kMaxLayers);
    heads_ = config_.Int("num_attention_heads", 12, 1, kMaxHeads);
    inner_ = config_.Int("intermediate_size", 3072, 1, kMaxWidth);
    vocabulary_ = config_.Int("vocab_size", 30522, 1, kMaxVocabulary);
    places_ = config_.Int("max_position_embeddings", 512, 1, kMaxPositions);
    segments_ = config_.Int("type_vocab_size", 2, 1, kMaxVocabulary);
    eps_ = config_.Float("layer_norm_eps", 1e-12, 0);
    activation_ = ActivationSource(config_.String("hidden_act", "gelu"));
    if (width_ % heads_ != 0) config_.Reject("num_attention_heads", "must divide hidden_size");
    if (!activation_) config_.Reject("hidden_act", "is not supported");
    if (config_.String("position_embedding_type", "absolute") != "absolute") {
      config_.Reject("position_embedding_type", "must be absolute");
    }
    for (const char* field : {"is_decoder", "add_cross_attention"}) {
      if (config_.Bool(field, false)) config_.Reject(field, "must be false");
    }
    if (kind_.padding >= vocabulary_) config_.Reject("pad_token_id", "must be below vocab_size");
    if (places_ <= kind_.first_position) {
      config_.Reject("max_position_embeddings", "leaves no position for a token");
    }
    task_ = options_.task.value_or(TaskOfArchitectures());
    if (task_ != model::v1::TASK_TEXT_ENCODER && task_ != model::v1::TASK_TEXT_READER &&
        task_ != model::v1::TASK_TEXT_CLASSIFIER) {
      config_.Reject("model_type", absl::StrCat(kind_.name,
                                                " can be a text encoder, a text reader "
                                                "or a text classifier"));
    }
    model::v1::Bundle& manifest = built_.manifest;
    manifest.set_task(task_);
    manifest.mutable_limits()->set_max_tokens(static_cast<std::int32_t>(
        std::min<std::int64_t>(places_ - kind_.first_position, inference::kMaxTokens)));
    manifest.mutable_limits()->set_vocabulary(vocabulary_);
    (*manifest.mutable_settings())["pad_id"] = absl::StrCat(kind_.padding);
    (*manifest.mutable_settings())["segment_kinds"] = absl::StrCat(segments_);
  }

  Task TaskOfArchitectures() {
    for (const std::string& name : config_.Strings("architectures")) {
      if (absl::EndsWith(name, "ForQuestionAnswering")) return model::v1::TASK_TEXT_READER;
      if (absl::EndsWith(name, "ForSequenceClassification")) return model::v1::TASK_TEXT_CLASSIFIER;
      for (const char* head : {"ForTokenClassification", "ForMultipleChoice", "ForCausalLM"}) {
        if (absl::EndsWith(name, head)) {
          config_.Reject("architectures", "is not supported; --task text_encoder leaves its head");
        }
      }
    }
    return model::v1::TASK_TEXT_ENCODER;
  }

  void TakeEmbeddings() {
    torch::jit::Module& root = built_.module;
    TakeTensor(weights_, root, "tokens", "embeddings.word_embeddings.weight",
               {vocabulary_, width_});
    TakeTensor(weights_, root, "places", "embeddings.position_embeddings.weight",
               {places_, width_});
    TakeTensor(weights_, root, "segments", "embeddings.token_type_embeddings.weight",
               {segments_, width_});
    TakeLayerNorm(weights_, root, "norm", "embeddings.LayerNorm", width_);
    SetFloat(root, "eps", eps_);
    SetInt(root, "padding", kind_.padding);
    // A model with one kind of segment sees them all alike.
    SetInt(root, "segmented", segments_ > 1 ? 1 : 0);
  }

  void TakeLayers() {
    for (std::int64_t i = 0; i < layers_ && weights_.ok(); ++i) {
      torch::jit::Module layer(absl::StrCat(kind_.name, "Layer"));
      const std::string at = absl::StrCat("encoder.layer.", i, ".");
      TakeLinear(weights_, layer, "q", at + "attention.self.query", width_, width_, /*bias=*/true);
      TakeLinear(weights_, layer, "k", at + "attention.self.key", width_, width_, /*bias=*/true);
      TakeLinear(weights_, layer, "v", at + "attention.self.value", width_, width_, /*bias=*/true);
      TakeLinear(weights_, layer, "out", at + "attention.output.dense", width_, width_,
                 /*bias=*/true);
      TakeLayerNorm(weights_, layer, "norm1", at + "attention.output.LayerNorm", width_);
      TakeLinear(weights_, layer, "up", at + "intermediate.dense", inner_, width_, /*bias=*/true);
      TakeLinear(weights_, layer, "down", at + "output.dense", width_, inner_, /*bias=*/true);
      TakeLayerNorm(weights_, layer, "norm2", at + "output.LayerNorm", width_);
      SetInt(layer, "heads", heads_);
      SetFloat(layer, "eps", eps_);
      const std::int64_t head_width = width_ / heads_;
      SetFloat(layer, "scale", 1 / std::sqrt(static_cast<double>(head_width)));
      if (!weights_.ok()) return;
      layer.define(absl::StrCat(*activation_, kBertLayer));
      built_.module.register_module(absl::StrCat("layer", i), layer);
    }
  }

  void DescribeInputs(const std::vector<const char*>& names) {
    for (const char* name : names) {
      AddSpec(*built_.manifest.mutable_inputs(), name, DATA_TYPE_INT64, {-1, -1});
    }
    model::v1::Method& reference = *built_.manifest.mutable_reference();
    reference.set_name("reference");
    for (const char* name : {"input_ids", "attention_mask", "token_type_ids"}) {
      AddSpec(*reference.mutable_inputs(), name, DATA_TYPE_INT64, {-1, -1});
    }
  }
  void DescribeReference(absl::string_view name, const std::vector<std::int64_t>& shape) {
    AddSpec(*built_.manifest.mutable_reference()->mutable_outputs(), name, DATA_TYPE_FLOAT32,
            shape);
  }

  void MakeEncoder() {
    model::v1::Bundle& manifest = built_.manifest;
    // The head of another task, where an encoder was asked for.
    for (const char* head :
         {"classifier", "classifier.dense", "classifier.out_proj", "qa_outputs"}) {
      weights_.Ignore(absl::StrCat(head, ".weight"));
      weights_.Ignore(absl::StrCat(head, ".bias"));
    }
    DescribeInputs({"ids", "mask"});
    const absl::StatusOr<SentenceHead> head = AddSentenceHead(options_, width_, built_.module);
    if (!head.ok()) return config_.Keep(head.status());
    AddSpec(*manifest.mutable_outputs(), "vectors", DATA_TYPE_FLOAT32, {-1, head->width});
    const std::string pooling = DescribePooling(options_);
    manifest.set_pooling(pooling == "mean"  ? model::v1::POOLING_MEAN
                         : pooling == "cls" ? model::v1::POOLING_CLS
                                            : model::v1::POOLING_UNSPECIFIED);
    if (manifest.pooling() == model::v1::POOLING_UNSPECIFIED) {
      (*manifest.mutable_settings())["pooling"] = pooling;
    }
    manifest.set_normalized(options_.normalize);
    if (options_.max_tokens > 0) {
      const auto bound =
          std::min<std::int64_t>(manifest.limits().max_tokens(), options_.max_tokens);
      manifest.mutable_limits()->set_max_tokens(static_cast<std::int32_t>(bound));
    }
    DescribeReference("last_hidden_state", {-1, -1, width_});
    const bool pooled = weights_.Has("pooler.dense.weight", /*in_new=*/true);
    if (pooled) {
      TakeLinear(weights_, built_.module, "pooler", "pooler.dense", width_, width_, /*bias=*/true);
      DescribeReference("pooler_output", {-1, width_});
    }
    task_source_ = absl::StrCat(head->source, kEncode, pooled ? kReferenceWithPooler : kReference);
  }

  void MakeReader() {
    DescribeInputs({"ids", "mask", "segments"});
    for (const char* name : {"start", "end"}) {
      AddSpec(*built_.manifest.mutable_outputs(), name, DATA_TYPE_FLOAT32, {-1, -1});
      DescribeReference(absl::StrCat(name, "_logits"), {-1, -1});
    }
    TakeLinear(weights_, built_.module, "span", "qa_outputs", 2, width_, /*bias=*/true);
    task_source_ = kRead;
  }

  void MakeClassifier() {
    std::vector<std::string> labels = config_.Labels("id2label");
    if (labels.empty()) {
      const std::int64_t count = config_.Int("num_labels", 2, 1, kMaxLabels);
      for (std::int64_t i = 0; i < count; ++i) labels.push_back(absl::StrCat("LABEL_", i));
    }
    const auto classes = static_cast<std::int64_t>(labels.size());
    for (std::string& label : labels) built_.manifest.add_labels(std::move(label));
    DescribeInputs({"ids", "mask", "segments"});
    AddSpec(*built_.manifest.mutable_outputs(), "scores", DATA_TYPE_FLOAT32, {-1, classes});
    DescribeReference("logits", {-1, classes});
    TakeLinear(weights_, built_.module, "pooler", kind_.classifier_dense, width_, width_,
               /*bias=*/true);
    TakeLinear(weights_, built_.module, "class", kind_.classifier_out, classes, width_,
               /*bias=*/true);
    task_source_ = kClassify;
  }

  Config& config_;
  Weights& weights_;
  const BuildOptions& options_;
  const Kind kind_;
  BuiltModel built_{.module = torch::jit::Module("TextModel"), .manifest = {}};
  std::string task_source_;
  Task task_ = model::v1::TASK_UNSPECIFIED;
  std::int64_t width_ = 0;
  std::int64_t layers_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t inner_ = 0;
  std::int64_t vocabulary_ = 0;
  std::int64_t places_ = 0;
  std::int64_t segments_ = 0;
  double eps_ = 0;
  std::optional<std::string> activation_;
};

}  // namespace

absl::StatusOr<BuiltModel> BuildBert(Config& config, Weights& weights,
                                     const BuildOptions& options) {
  const std::int64_t padding = config.Int("pad_token_id", 0, 0, kMaxVocabulary);
  return BertBuilder(config, weights, options,
                     {.name = "Bert",
                      .positions_source = kBertPositions,
                      .first_position = 0,
                      .padding = padding,
                      .classifier_dense = "pooler.dense",
                      .classifier_out = "classifier"})
      .Build();
}

absl::StatusOr<BuiltModel> BuildRoberta(Config& config, Weights& weights,
                                        const BuildOptions& options) {
  const std::int64_t padding = config.Int("pad_token_id", 1, 0, kMaxVocabulary);
  return BertBuilder(config, weights, options,
                     {.name = "Roberta",
                      .positions_source = kRobertaPositions,
                      .first_position = padding + 1,
                      .padding = padding,
                      .classifier_dense = "classifier.dense",
                      .classifier_out = "classifier.out_proj"})
      .Build();
}

}  // namespace clientele::modeling
