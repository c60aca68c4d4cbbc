#include "common/modeling/onnx/onnx_model.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/modeling/onnx/wire_reader.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

// Field numbers of onnx.proto, by message.
namespace model_field {
constexpr std::uint32_t kIrVersion = 1;
constexpr std::uint32_t kGraph = 7;
}  // namespace model_field
namespace graph_field {
constexpr std::uint32_t kNode = 1;
constexpr std::uint32_t kInitializer = 5;
constexpr std::uint32_t kInput = 11;
}  // namespace graph_field
namespace node_field {
constexpr std::uint32_t kInput = 1;
constexpr std::uint32_t kOperator = 4;
constexpr std::uint32_t kAttribute = 5;
}  // namespace node_field
namespace attribute_field {
constexpr std::uint32_t kName = 1;
constexpr std::uint32_t kInteger = 3;
constexpr std::uint32_t kIntegers = 8;
}  // namespace attribute_field
namespace tensor_field {
constexpr std::uint32_t kDims = 1;
constexpr std::uint32_t kType = 2;
constexpr std::uint32_t kFloats = 4;
constexpr std::uint32_t kName = 8;
constexpr std::uint32_t kRaw = 9;
constexpr std::uint32_t kLocation = 14;
}  // namespace tensor_field
constexpr std::uint64_t kFloatType = 1;

constexpr std::size_t kMaxAxes = 8;
constexpr std::size_t kMaxTensors = 100'000;
constexpr std::size_t kMaxNodes = 1'000'000;
constexpr std::size_t kMaxNodeInputs = 1024;
constexpr std::int64_t kMaxGroups = 1 << 20;

absl::string_view ShortName(absl::string_view name) { return name.substr(0, 80); }

class Parser {
 public:
  explicit Parser(absl::string_view file) : file_(file) {}

  absl::StatusOr<OnnxModel> Parse(absl::string_view content) {
    WireReader reader(content);
    bool version = false;
    bool graph = false;
    while (reader.Next()) {
      if (reader.field() == model_field::kIrVersion && !reader.is_bytes()) version = true;
      if (reader.field() != model_field::kGraph || !reader.is_bytes()) continue;
      graph = true;
      CLIENTELE_RETURN_IF_ERROR(ReadGraph(reader.bytes()));
    }
    if (!reader.ok() || !version || !graph) return Wrong("is not an ONNX model, or is cut off");
    return std::move(model_);
  }

 private:
  absl::Status Wrong(absl::string_view what) const { return InvalidField(file_, what); }
  absl::Status CutOff() const { return Wrong("has a graph that is damaged or cut off"); }

  absl::Status ReadGraph(absl::string_view graph) {
    std::vector<std::pair<std::string, std::vector<std::int64_t>>> inputs;
    std::set<std::string> initializers;
    std::size_t nodes = 0;
    WireReader reader(graph);
    while (reader.Next()) {
      if (!reader.is_bytes()) continue;
      if (reader.field() == graph_field::kNode) {
        if (++nodes > kMaxNodes) return Wrong("has too many nodes");
        CLIENTELE_RETURN_IF_ERROR(ReadNode(reader.bytes()));
      } else if (reader.field() == graph_field::kInitializer) {
        if (initializers.size() >= kMaxTensors) return Wrong("has too many tensors");
        CLIENTELE_RETURN_IF_ERROR(ReadTensor(reader.bytes(), initializers));
      } else if (reader.field() == graph_field::kInput) {
        if (inputs.size() >= kMaxTensors) return Wrong("has too many inputs");
        CLIENTELE_RETURN_IF_ERROR(ReadInput(reader.bytes(), inputs));
      }
    }
    if (!reader.ok()) return CutOff();
    for (auto& [name, shape] : inputs) {
      if (initializers.count(name) > 0) continue;
      model_.input_shape = std::move(shape);
      break;
    }
    return absl::OkStatus();
  }

  absl::Status ReadNode(absl::string_view node) {
    std::vector<std::string> inputs;
    std::string op;
    OnnxConvolution convolution;
    WireReader reader(node);
    while (reader.Next()) {
      if (!reader.is_bytes()) continue;
      if (reader.field() == node_field::kInput) {
        if (inputs.size() >= kMaxNodeInputs) return Wrong("has a node with too many inputs");
        inputs.emplace_back(reader.bytes());
      } else if (reader.field() == node_field::kOperator) {
        op = std::string(ShortName(reader.bytes()));
      } else if (reader.field() == node_field::kAttribute) {
        CLIENTELE_RETURN_IF_ERROR(ReadAttribute(reader.bytes(), convolution));
      }
    }
    if (!reader.ok()) return CutOff();
    if (op != "Conv") {
      ++model_.operators[op];
      return absl::OkStatus();
    }
    if (inputs.size() < 2) return Wrong("has a convolution without a weight");
    if (convolution.group < 1 || convolution.group > kMaxGroups) {
      return Wrong("has a convolution with an impossible group");
    }
    convolution.weight = inputs[1];
    if (inputs.size() > 2) convolution.bias = inputs[2];
    model_.convolutions.push_back(std::move(convolution));
    return absl::OkStatus();
  }

  absl::Status ReadAttribute(absl::string_view attribute, OnnxConvolution& convolution) const {
    absl::string_view name;
    std::int64_t number = 0;
    std::vector<std::int64_t> numbers;
    WireReader reader(attribute);
    while (reader.Next()) {
      if (reader.field() == attribute_field::kName && reader.is_bytes()) name = reader.bytes();
      if (reader.field() == attribute_field::kInteger && !reader.is_bytes()) {
        number = static_cast<std::int64_t>(reader.number());
      }
      // Longer lists are of no convolution.
      if (reader.field() == attribute_field::kIntegers) {
        (void)reader.AppendNumbers(numbers, kMaxAxes * 2);
      }
    }
    if (!reader.ok()) return CutOff();
    if (name == "group") convolution.group = number;
    if (name == "strides" && !numbers.empty()) convolution.stride = numbers[0];
    return absl::OkStatus();
  }

  absl::Status ReadTensor(absl::string_view bytes, std::set<std::string>& initializers) {
    OnnxTensor tensor;
    std::string name;
    std::uint64_t type = 0;
    bool elsewhere = false;
    WireReader reader(bytes);
    while (reader.Next()) {
      switch (reader.field()) {
        case tensor_field::kDims:
          if (!reader.AppendNumbers(tensor.shape, kMaxAxes)) {
            return Wrong("has a tensor with too many axes");
          }
          break;
        case tensor_field::kType:
          type = reader.number();
          break;
        case tensor_field::kName:
          name = std::string(reader.bytes());
          break;
        // Packed floats have the bytes of raw data.
        case tensor_field::kFloats:
        case tensor_field::kRaw:
          if (reader.is_bytes()) tensor.bytes = reader.bytes();
          break;
        case tensor_field::kLocation:
          elsewhere = reader.number() != 0;
          break;
        default:
          break;
      }
    }
    if (!reader.ok()) return CutOff();
    if (!initializers.insert(name).second) {
      return Wrong(absl::StrCat("has two tensors named ", ShortName(name)));
    }
    if (type != kFloatType) return absl::OkStatus();
    if (elsewhere) return Wrong("keeps its weights in another file, which is not supported");
    std::int64_t count = 1;
    for (const std::int64_t axis : tensor.shape) {
      if (axis < 0 || (axis > 0 && count > kMaxOnnxBytes / axis)) {
        return Wrong(absl::StrCat("has an impossible shape of ", ShortName(name)));
      }
      count *= axis;
    }
    if (static_cast<std::uint64_t>(count) * sizeof(float) != tensor.bytes.size()) {
      return Wrong(absl::StrCat("has another number of values of ", ShortName(name),
                                " than its shape says"));
    }
    model_.tensors.emplace(std::move(name), std::move(tensor));
    return absl::OkStatus();
  }

  // ValueInfoProto: name = 1, type = 2 {tensor_type = 1 {shape = 2 {dim = 1 {dim_value = 1}}}}.
  absl::Status ReadInput(
      absl::string_view bytes,
      std::vector<std::pair<std::string, std::vector<std::int64_t>>>& inputs) const {
    std::pair<std::string, std::vector<std::int64_t>> input;
    absl::string_view shape;
    WireReader reader(bytes);
    while (reader.Next()) {
      if (!reader.is_bytes()) continue;
      if (reader.field() == 1) input.first = std::string(reader.bytes());
      if (reader.field() == 2) shape = Inner(Inner(reader.bytes(), 1), 2);
    }
    if (!reader.ok()) return CutOff();
    WireReader axes(shape);
    while (axes.Next() && input.second.size() < kMaxAxes) {
      if (axes.field() != 1 || !axes.is_bytes()) continue;
      std::int64_t value = -1;
      WireReader axis(axes.bytes());
      while (axis.Next()) {
        if (axis.field() == 1 && !axis.is_bytes() && axis.number() > 0) {
          value = static_cast<std::int64_t>(std::min(axis.number(), std::uint64_t{1} << 30));
        }
      }
      input.second.push_back(value);
    }
    inputs.push_back(std::move(input));
    return absl::OkStatus();
  }

  // The first field of that number that is a message; empty without one.
  static absl::string_view Inner(absl::string_view message, std::uint32_t field) {
    WireReader reader(message);
    while (reader.Next()) {
      if (reader.field() == field && reader.is_bytes()) return reader.bytes();
    }
    return {};
  }

  const absl::string_view file_;
  OnnxModel model_;
};

}  // namespace

absl::StatusOr<OnnxModel> ParseOnnx(absl::string_view content, absl::string_view file) {
  return Parser(file).Parse(content);
}

}  // namespace clientele::modeling
