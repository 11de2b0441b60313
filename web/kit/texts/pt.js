export default {
  title_ringing: '{name} está ligando',

  online: 'On-line',
  reconnecting: 'Conectando de novo…',
  load_again: 'Carregar de novo',
  closed_misunderstanding: 'Esta página não corresponde à versão do serviço. Carregue-a de novo.',

  more: 'Mais',
  language_choice: 'Idioma',

  accept: 'Aceitar',
  mute: 'Silenciar',
  camera: 'Câmera',
  screen: 'Tela',
  speaker: 'Alto-falante',
  hang_up: 'Desligar',
  cancel: 'Cancelar',
  sound_on: 'Ativar o som',

  their_camera: 'Câmera deles',
  their_screen: 'Tela deles',
  own_camera: 'Sua câmera',

  state_calling: 'Ligando…',
  state_connected: 'Em ligação',
  network_good: 'Boa conexão',
  network_fair: 'Conexão instável',
  network_poor: 'Conexão ruim',

  end_interrupted: 'A ligação foi interrompida',
  end_with_time: '{end} · {time}',

  microphone_blocked: 'O microfone está bloqueado. Permita-o na barra de endereço e tente de novo.',
  microphone_missing: 'Nenhum microfone foi encontrado. Conecte um e tente de novo.',
  microphone_taken: 'Outro programa está usando o microfone. Feche-o e tente de novo.',
  microphone_insecure: 'O navegador só dá o microfone a esta página por https.',
  camera_blocked: 'A câmera está bloqueada. Permita-a na barra de endereço e tente de novo.',
  camera_missing: 'Nenhuma câmera foi encontrada. Conecte uma ou continue sem ela.',
  camera_taken: 'Outro programa está usando a câmera. Feche-o e tente de novo.',
  camera_insecure: 'O navegador só dá a câmera a esta página por https.',

  refused_overloaded: 'O serviço está ocupado. Tente de novo.',
  refused_draining: 'O serviço está reiniciando. Tente em um minuto.',
  went_wrong: 'Não funcionou. Tente de novo.',
  line_broke: 'A conexão caiu. Tente de novo.',
};
