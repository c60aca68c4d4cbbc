#include "common/inference/torchscript/kernels/packed_linear.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "common/cpu/clones.h"
#include "common/inference/torchscript/kernels/packed_rows.h"
#include "common/inference/torchscript/kernels/row_quantization.h"

// Of <omp.h>, which clang's tools do not have.
extern "C" int omp_get_max_threads();

namespace clientele::inference {
namespace {

using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;

// Rows of one product. Float products have bias and activation inside and any size will do;
// the others are finished by loops of ours, which should find a block in the cache. Sizes
// repeat, so that oneDNN's cache holds every kernel.
constexpr std::int64_t kFloatBlock = 1024;
constexpr std::int64_t kRoundedBlock = 128;
// The weights' order is chosen for products of this many rows; it serves every other.
constexpr std::int64_t kTypicalRows = 128;
// Products of a layer that are kept.
constexpr std::size_t kKeptProducts = 64;

dnnl::engine& Engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::algorithm AlgorithmOf(Activation activation) {
  switch (activation) {
    case Activation::kGelu:
      return dnnl::algorithm::eltwise_gelu_erf;
    case Activation::kGeluTanh:
      return dnnl::algorithm::eltwise_gelu_tanh;
    case Activation::kRelu:
      return dnnl::algorithm::eltwise_relu;
    default:
      return dnnl::algorithm::eltwise_swish;
  }
}

Type TypeOf(Precision precision) {
  switch (precision) {
    case Precision::kInt8:
      return Type::s8;
    case Precision::kBfloat16:
      return Type::bf16;
    default:
      return Type::f32;
  }
}

// The blocks that oneDNN chose, where they are of the kind that MultiplyRows reads.
std::optional<PackedBlocks> BlocksOf(const dnnl::memory& weights, std::int64_t inputs,
                                     std::int64_t outputs) {
  const dnnl::memory::desc description = weights.get_desc();
#if DNNL_VERSION_MAJOR >= 3
  const auto inner_blocks = description.get_inner_blks();
  const auto inner_axes = description.get_inner_idxs();
  const auto strides = description.get_strides();
  const std::size_t count = inner_blocks.size();
#else
  const dnnl_blocking_desc_t& blocking = description.data.format_desc.blocking;
  const auto* inner_blocks = blocking.inner_blks;
  const auto* inner_axes = blocking.inner_idxs;
  const auto* strides = blocking.strides;
  const int count = blocking.inner_nblks;
#endif
  if (count != 2 || inner_axes[0] != 0 || inner_axes[1] != 1 || inner_blocks[1] != kPackedOutputs) {
    return std::nullopt;
  }
  return PackedBlocks{.data = static_cast<const float*>(weights.get_data_handle()),
                      .inputs = inputs,
                      .outputs = outputs,
                      .depth = inner_blocks[0],
                      .input_stride = strides[0],
                      .output_stride = strides[1]};
}

// A thread's buffer for the rounded rows of one block.
template <typename Element>
Element* Scratch(std::size_t size) {
  thread_local std::vector<Element> buffer;
  if (buffer.size() < size) buffer.resize(size);
  return buffer.data();
}

}  // namespace

struct PackedLinear::Impl {
  std::int64_t outputs = 0;
  std::int64_t inputs = 0;
  Activation activation = Activation::kNone;
  Precision precision = Precision::kFloat32;
  dnnl::memory weights;
  std::vector<float> bias;             // empty: none
  std::vector<float> scales;           // of each output, int8 only
  std::optional<PackedBlocks> blocks;  // float32 only

  // oneDNN's product of that many rows. Runs in any number of threads, each of which lends it
  // memory.
  struct Product {
    dnnl::matmul::primitive_desc description;
    dnnl::matmul primitive;
  };
  mutable std::mutex products_mutex;
  // By rows and threads, which a product is made for.
  mutable std::map<std::pair<std::int64_t, int>, std::shared_ptr<const Product>> products;

  dnnl::matmul::primitive_desc Describe(std::int64_t rows,
                                        const dnnl::memory::desc& weights_desc) const {
    const dnnl::memory::desc x({rows, inputs}, TypeOf(precision), Tag::ab);
    const dnnl::memory::desc y({rows, outputs}, Type::f32, Tag::ab);
    const dnnl::memory::desc b({1, outputs}, Type::f32, Tag::ab);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const bool fused = precision != Precision::kInt8;
    if (fused && activation != Activation::kNone) {
      dnnl::post_ops operations;
      const float alpha = activation == Activation::kSilu ? 1.0f : 0.0f;
#if DNNL_VERSION_MAJOR >= 3
      operations.append_eltwise(AlgorithmOf(activation), alpha, 0.0f);
#else
      operations.append_eltwise(1.0f, AlgorithmOf(activation), alpha, 0.0f);
#endif
      attributes.set_post_ops(operations);
    }
    const bool biased = fused && !bias.empty();
#if DNNL_VERSION_MAJOR >= 3
    return biased ? dnnl::matmul::primitive_desc(Engine(), x, weights_desc, b, y, attributes)
                  : dnnl::matmul::primitive_desc(Engine(), x, weights_desc, y, attributes);
#else
    return {
        biased ? dnnl::matmul::desc(x, weights_desc, b, y) : dnnl::matmul::desc(x, weights_desc, y),
        attributes, Engine()};
#endif
  }

  // oneDNN would look for it by its whole description every time.
  std::shared_ptr<const Product> ProductOf(std::int64_t rows) const {
    const std::pair key(rows, ::omp_get_max_threads());
    const std::lock_guard lock(products_mutex);
    const auto found = products.find(key);
    if (found != products.end()) return found->second;
    if (products.size() >= kKeptProducts) products.clear();
    const dnnl::matmul::primitive_desc description = Describe(rows, weights.get_desc());
    auto product = std::make_shared<const Product>(Product{description, dnnl::matmul(description)});
    products.emplace(key, product);
    return product;
  }

  // Room for the weights, in the order that oneDNN likes.
  void MakeWeights() {
    const dnnl::memory::desc any({inputs, outputs}, TypeOf(precision), Tag::any);
    weights = dnnl::memory(Describe(kTypicalRows, any).weights_desc(), Engine());
  }

  // Fills it: int8 for int8, else float32.
  void Reorder(const void* source) {
    // [outputs, inputs] row-major is [inputs, outputs] column-major.
    const dnnl::memory::desc plain({inputs, outputs},
                                   precision == Precision::kInt8 ? Type::s8 : Type::f32, Tag::ba);
    dnnl::memory given(plain, Engine(), const_cast<void*>(source));
    dnnl::stream stream(Engine());
    dnnl::reorder(given, weights).execute(stream, given, weights);
    stream.wait();
  }

  // `x` has the product's own type.
  void Multiply(const void* x, std::int64_t rows, float* y) const {
    const std::shared_ptr<const Product> product = ProductOf(rows);
    const dnnl::matmul::primitive_desc& description = product->description;
    const dnnl::memory::desc scratchpad = description.scratchpad_desc();
    dnnl::stream stream(Engine());
    // oneDNN's memory takes pointers that it could write through; it reads these.
    std::unordered_map<int, dnnl::memory> arguments = {
        {DNNL_ARG_SRC, {description.src_desc(), Engine(), const_cast<void*>(x)}},
        {DNNL_ARG_WEIGHTS, weights},
        {DNNL_ARG_DST, {description.dst_desc(), Engine(), y}},
        {DNNL_ARG_SCRATCHPAD, {scratchpad, Engine(), Scratch<std::byte>(scratchpad.get_size())}},
    };
    if (precision != Precision::kInt8 && !bias.empty()) {
      arguments.emplace(DNNL_ARG_BIAS, dnnl::memory(description.bias_desc(), Engine(),
                                                    const_cast<float*>(bias.data())));
    }
    product->primitive.execute(stream, arguments);
    stream.wait();
  }

  // How far weights of 8 bits may go. A processor without VNNI adds products of bytes in pairs, in
  // 16 bits, which two large ones exceed, and some of oneDNN's kernels leave it at that ("Nuances
  // of int8 computations" in its guide): weights of 7 bits fit.
  static float WeightRange() {
    static const float range =
        LargestAreExact(64) && LargestAreExact(500) ? kWholeRange : kHalfRange;
    return range;
  }
  static bool LargestAreExact(std::int64_t inputs) {
    Impl layer;
    layer.outputs = 96;
    layer.inputs = inputs;
    layer.precision = Precision::kInt8;
    layer.MakeWeights();
    const auto largest = static_cast<std::int8_t>(kWholeRange);
    layer.Reorder(
        std::vector<std::int8_t>(static_cast<std::size_t>(layer.outputs * inputs), largest).data());
    const std::vector<std::int8_t> x(static_cast<std::size_t>(kTypicalRows * inputs), largest);
    std::vector<float> y(static_cast<std::size_t>(kTypicalRows * layer.outputs));
    const float exact = kWholeRange * kWholeRange * static_cast<float>(inputs);
    for (const std::int64_t rows : {std::int64_t{1}, kTypicalRows}) {
      layer.Multiply(x.data(), rows, y.data());
      const auto end = y.begin() + rows * layer.outputs;
      if (std::any_of(y.begin(), end, [&](float sum) { return sum != exact; })) return false;
    }
    return true;
  }

  void RunFewRows(const float* x, std::int64_t rows, float* y) const {
    MultiplyRows(*blocks, bias.empty() ? nullptr : bias.data(), activation, x, rows, y);
  }

  void RunInt8(const float* x, std::int64_t rows, float* y) const {
    auto* rounded = Scratch<std::int8_t>(static_cast<std::size_t>(rows * inputs));
    auto* row_scales = Scratch<float>(static_cast<std::size_t>(rows));
#pragma omp parallel for if (rows > 1)
    for (std::int64_t row = 0; row < rows; ++row) {
      row_scales[row] = QuantizeRow(x + row * inputs, inputs, kWholeRange, rounded + row * inputs);
    }
    Multiply(rounded, rows, y);
#pragma omp parallel for if (rows > 1)
    for (std::int64_t row = 0; row < rows; ++row) {
      FinishRow(y + row * outputs, outputs, row_scales[row], scales.data(),
                bias.empty() ? nullptr : bias.data(), activation);
    }
  }

  void RunBfloat16(const float* x, std::int64_t rows, float* y) const {
    auto* rounded = Scratch<std::uint16_t>(static_cast<std::size_t>(rows * inputs));
#pragma omp parallel for if (rows > 1)
    for (std::int64_t row = 0; row < rows; ++row) {
      RoundToBfloat16(x + row * inputs, inputs, rounded + row * inputs);
    }
    Multiply(rounded, rows, y);
  }
};

PackedLinear::PackedLinear(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PackedLinear::~PackedLinear() = default;

bool PackedLinear::Supports(Precision precision) {
#if CLIENTELE_CPU_X86_64
  switch (precision) {
    case Precision::kInt8:
      return __builtin_cpu_supports("avx2") > 0;
    case Precision::kBfloat16:
      return __builtin_cpu_supports("avx512bf16") > 0;
    case Precision::kFloat16:
      return false;
    default:
      return true;
  }
#else
  return precision == Precision::kFloat32;
#endif
}

absl::StatusOr<std::shared_ptr<const PackedLinear>> PackedLinear::Pack(const LinearWeights& weights,
                                                                       Precision precision) {
  try {
    auto impl = std::make_unique<Impl>();
    impl->outputs = weights.outputs;
    impl->inputs = weights.inputs;
    impl->activation = weights.activation;
    impl->precision = precision;
    if (weights.bias != nullptr) {
      impl->bias.assign(weights.bias, weights.bias + weights.outputs);
    }
    const void* source = weights.weight;
    std::vector<std::int8_t> rounded;
    if (precision == Precision::kInt8) {
      rounded.resize(static_cast<std::size_t>(weights.outputs * weights.inputs));
      for (std::int64_t row = 0; row < weights.outputs; ++row) {
        impl->scales.push_back(QuantizeRow(weights.weight + row * weights.inputs, weights.inputs,
                                           Impl::WeightRange(),
                                           rounded.data() + row * weights.inputs));
      }
      source = rounded.data();
    }
    impl->MakeWeights();
    if (precision == Precision::kFloat32) {
      impl->blocks = BlocksOf(impl->weights, weights.inputs, weights.outputs);
    }
    if (impl->blocks) {
      PackRows(*impl->blocks, weights.weight, static_cast<float*>(impl->weights.get_data_handle()),
               [&](std::int64_t outputs) {
                 if (weights.on_read) weights.on_read(outputs);
               });
    } else {
      impl->Reorder(source);
    }
    return std::shared_ptr<const PackedLinear>(new PackedLinear(std::move(impl)));
  } catch (const std::exception&) {  // oneDNN's errors and want of memory
    return absl::InternalError("a linear layer's weights cannot be packed on this processor");
  }
}

bool PackedLinear::Run(const float* x, std::int64_t rows, float* y) const {
  try {
    const std::int64_t block =
        impl_->precision == Precision::kFloat32 ? kFloatBlock : kRoundedBlock;
    for (std::int64_t done = 0; done < rows; done += block) {
      const std::int64_t count = std::min(block, rows - done);
      const float* from = x + done * impl_->inputs;
      float* to = y + done * impl_->outputs;
      switch (impl_->precision) {
        case Precision::kFloat32:
          // Few rows wait for memory, and oneDNN's products wait longer.
          if (count <= kMostPackedRows && impl_->blocks) {
            impl_->RunFewRows(from, count, to);
          } else {
            impl_->Multiply(from, count, to);
          }
          break;
        case Precision::kInt8:
          impl_->RunInt8(from, count, to);
          break;
        case Precision::kBfloat16:
          impl_->RunBfloat16(from, count, to);
          break;
        case Precision::kFloat16:
          return false;  // never packed
      }
    }
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

bool PackedLinear::CanRead() const { return impl_->blocks.has_value(); }
void PackedLinear::ReadOutput(std::int64_t output, float* weights) const {
  ReadColumn(*impl_->blocks, output, weights);
}

std::int64_t PackedLinear::inputs() const { return impl_->inputs; }
std::int64_t PackedLinear::outputs() const { return impl_->outputs; }
std::size_t PackedLinear::bytes() const {
  return impl_->weights.get_desc().get_size() +
         sizeof(float) * (impl_->bias.size() + impl_->scales.size());
}

}  // namespace clientele::inference
