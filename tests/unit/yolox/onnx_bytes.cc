#include "tests/unit/yolox/onnx_bytes.h"

namespace clientele::testing {
namespace {

std::string Varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7F) | 0x80);
  return bytes + static_cast<char>(value);
}

std::string Tensor(const std::string& name, const std::vector<std::int64_t>& shape,
                   const std::vector<float>& values) {
  std::string tensor;
  for (const std::int64_t axis : shape) tensor += NumberField(1, static_cast<std::uint64_t>(axis));
  tensor += NumberField(2, 1) + BytesField(8, name);
  return tensor + BytesField(9, std::string(reinterpret_cast<const char*>(values.data()),
                                            values.size() * sizeof(float)));
}

}  // namespace

std::string NumberField(int field, std::uint64_t value) {
  return Varint(static_cast<std::uint64_t>(field) << 3) + Varint(value);
}

std::string BytesField(int field, const std::string& bytes) {
  return Varint(static_cast<std::uint64_t>(field) << 3 | 2) + Varint(bytes.size()) + bytes;
}

std::string OnnxBytes(const std::vector<MadeConvolution>& convolutions, std::int64_t side) {
  std::string nodes, tensors;
  for (std::size_t i = 0; i < convolutions.size(); ++i) {
    const MadeConvolution& made = convolutions[i];
    const std::string weight = "w" + std::to_string(i);
    const std::string bias = "b" + std::to_string(i);
    const std::string group =
        BytesField(1, "group") + NumberField(3, static_cast<std::uint64_t>(made.group));
    const std::string strides = BytesField(1, "strides") + BytesField(8, "\x02\x02");
    nodes +=
        BytesField(1, BytesField(1, "x") + BytesField(1, weight) + BytesField(1, bias) +
                          BytesField(4, "Conv") + BytesField(5, group) + BytesField(5, strides));
    tensors += BytesField(5, Tensor(weight, made.shape, made.weight));
    tensors += BytesField(5, Tensor(bias, {made.shape[0]}, made.bias));
  }
  nodes += BytesField(1, BytesField(4, "Sigmoid"));
  std::string axes;
  for (const std::int64_t axis : {std::int64_t{1}, std::int64_t{3}, side, side}) {
    axes += BytesField(1, NumberField(1, static_cast<std::uint64_t>(axis)));
  }
  const std::string type = BytesField(1, NumberField(1, 1) + BytesField(2, axes));
  const std::string input = BytesField(1, "images") + BytesField(2, type);
  return NumberField(1, 6) + BytesField(7, nodes + tensors + BytesField(11, input));
}

}  // namespace clientele::testing
